/**
 * Runs the benchmarks, prints them and writes BENCHMARKS.md. `npm run bench -- rows-to-arrow` runs one and writes nothing,
 * `npm run bench -- warehouse` all of a package, and `npm run bench -- warehouse --write` puts their sections in place of
 * those that stand in BENCHMARKS.md.
 * Peers are installed on first use. Every case is a process of its own.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CaseResult } from "./measure.ts";
import { type Section, textOf, writeReport } from "./report.ts";

const folder = import.meta.dirname;
const cases = [
  "rows-to-arrow",
  "rows-to-parquet",
  "lake-write",
  "lake-ndjson",
  "lake-open",
  "lake-append",
  "lake-scan",
  "lake-merge",
  "lake-optimize",
  "warehouse-load",
  "warehouse-upsert",
  "warehouse-scd2",
  "warehouse-facts",
  "warehouse-queries",
  "warehouse-erp",
  "demo",
];

/** A name, or what names have before the dash: "warehouse" is all of that package. */
const casesOf = (name: string): string[] =>
  cases.includes(name) ? [name] : cases.filter((one) => one.startsWith(`${name}-`));
const given = process.argv.slice(2).filter((argument) => argument !== "--write");
const write = given.length === 0 || process.argv.includes("--write");
const asked = given.flatMap(casesOf);
const unknown = given.find((name) => casesOf(name).length === 0);
if (unknown !== undefined) {
  console.error(`There is no case "${unknown}". Cases: ${cases.join(", ")}.`);
  process.exit(2);
}

installPeers();
const sections: Section[] = [];
let missed = 0;
let failed = 0;
for (const name of asked.length > 0 ? asked : cases) {
  const section: Section = { name, result: runCase(name) };
  if ("skipped" in section.result) failed++;
  else missed += section.result.rows.filter(({ passed }) => passed === false).length;
  console.log(`\n${textOf(section)}`);
  sections.push(section);
}
const whole = missed + failed === 0;
console.log(
  whole ? "\nEvery bar is reached." : `\nBars missed: ${missed}. Cases that failed: ${failed}.`,
);
if (write) writeReport(sections, cases);
process.exitCode = whole ? 0 : 1;

/** Installs the peers as the lockfile has them, with this Node: polars leaves its native part out for an older one. */
function installPeers(): void {
  if (existsSync(join(folder, "node_modules/nodejs-polars"))) return;
  const npm = process.env["npm_execpath"];
  const command: [string, string[]] = npm ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
  const done = spawnSync(...command, { cwd: folder, stdio: "inherit" });
  if (done.status !== 0) throw new Error("The peers could not be installed.");
}

function runCase(name: string): CaseResult | { readonly skipped: string } {
  const flags = ["--expose-gc", "--conditions=@lakewright/source"];
  const done = spawnSync(process.execPath, [...flags, join(folder, "cases", `${name}.ts`)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (done.status !== 0) return { skipped: `the case failed with status ${done.status}` };
  return JSON.parse(done.stdout.trim().split("\n").at(-1)!) as CaseResult;
}
