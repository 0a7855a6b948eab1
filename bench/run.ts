/**
 * Runs the benchmarks, prints them and writes BENCHMARKS.md. `npm run bench -- rows-to-arrow` runs one and writes nothing,
 * `npm run bench -- warehouse` all of a package.
 * Peers are installed on first use. Every case is a process of its own.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { CaseResult } from "./measure.ts";

const folder = import.meta.dirname;
const root = join(folder, "..");
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
const given = process.argv.slice(2);
const asked = given.flatMap(casesOf);
const unknown = given.find((name) => casesOf(name).length === 0);
if (unknown !== undefined) {
  console.error(`There is no case "${unknown}". Cases: ${cases.join(", ")}.`);
  process.exit(2);
}

installPeers();
const sections: string[] = [];
let missed = 0;
for (const name of asked.length > 0 ? asked : cases) {
  const result = runCase(name);
  const section =
    "skipped" in result ? `## ${name}\n\nNot run: ${result.skipped}.` : render(name, result);
  if (!("skipped" in result)) missed += result.rows.filter(({ passed }) => passed === false).length;
  console.log(`\n${section}`);
  sections.push(section);
}
console.log(missed === 0 ? "\nEvery bar is reached." : `\nBars missed: ${missed}.`);
if (asked.length === 0) writeFileSync(join(root, "BENCHMARKS.md"), document(sections));
process.exitCode = missed === 0 ? 0 : 1;

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

function render(name: string, { title, work, columns, rows }: CaseResult): string {
  const table = [
    ["", ...columns, "bar", ""],
    ["---", ...columns.map(() => "--:"), "--:", ":-:"],
    ...rows.map((row) => [
      row.name,
      ...row.cells,
      row.bar ?? "",
      row.passed === undefined ? "" : row.passed ? "reached" : "**missed**",
    ]),
  ];
  const lines = table.map((cells) => `| ${cells.join(" | ")} |`);
  return [`## ${title}`, "", `${work} \`npm run bench -- ${name}\``, "", ...lines].join("\n");
}

function document(parts: readonly string[]): string {
  const git = (...args: string[]): string =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const arrow = JSON.parse(
    readFileSync(join(root, "node_modules/apache-arrow/package.json"), "utf8"),
  ) as { version: string };
  const peers = Object.entries({ "apache-arrow": arrow.version, ...dependencies });
  const changed =
    git("status", "--porcelain", "--", "packages", "bench") === "" ? "" : " with changes";
  const [cpu] = cpus();
  return `# Benchmarks

Written by \`npm run bench\`. CPU time is that of all threads of the process, user and system: wall time on a shared machine
says little. Contenders take turns, 9 rounds after 3 to warm up, and the median counts; each gets the same objects, has the
fastest way of its own that keeps every value exact, and is checked for it. Ratios are CPU time of the peer to ours in the same run.

| | |
| --- | --- |
| machine | ${cpu?.model ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB |
| Node | ${process.version}, ${process.platform} ${process.arch} |
| date, commit | ${new Date().toISOString().slice(0, 10)}, ${git("rev-parse", "--short", "HEAD")}${changed} |
| peers | ${peers.map(([peer, version]) => `${peer} ${version}`).join(", ")} |

${parts.join("\n\n")}
`;
}
