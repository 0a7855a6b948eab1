import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { CaseResult } from "./measure.ts";

/** What a case gave, or why it did not. */
export interface Section {
  readonly name: string;
  readonly result: CaseResult | { readonly skipped: string };
}

const root = join(import.meta.dirname, "..");
const path = join(root, "BENCHMARKS.md");

/** The section as Markdown. */
export function textOf({ name, result }: Section): string {
  if ("skipped" in result) return `## ${name}\n\nNot run: ${result.skipped}.`;
  const { title, work, columns, rows } = result;
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
  return [`## ${title}`, "", `${work} ${commandOf(name)}`, "", ...lines].join("\n");
}

/** Writes BENCHMARKS.md: sections given anew, and those of other cases as they stand there, in the order of the cases. */
export function writeReport(sections: readonly Section[], cases: readonly string[]): void {
  const standing = existsSync(path)
    ? readFileSync(path, "utf8")
        .split(/^(?=## )/m)
        .slice(1)
    : [];
  const taken = `Taken on ${new Date().toISOString().slice(0, 10)} at ${commit()}.`;
  const parts = cases.flatMap((name) => {
    const section = sections.find((one) => one.name === name);
    if (section !== undefined && "rows" in section.result)
      return [`${textOf(section)}\n\n${taken}`];
    const old = standing.find((text) => text.includes(commandOf(name)));
    return old === undefined ? [] : [old.trim()];
  });
  writeFileSync(path, `${heading()}\n${parts.join("\n\n")}\n`);
  const prettier = join(root, "node_modules/prettier/bin/prettier.cjs");
  spawnSync(process.execPath, [prettier, "--write", path], { cwd: root, stdio: "ignore" });
}

const commandOf = (name: string): string => `\`npm run bench -- ${name}\``;

function heading(): string {
  const read = (file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const arrow = read(join(root, "node_modules/apache-arrow/package.json"))["version"];
  const { dependencies } = read(join(import.meta.dirname, "package.json"));
  const peers = Object.entries({ "apache-arrow": arrow, ...(dependencies as object) });
  const [cpu] = cpus();
  return `# Benchmarks

Written by \`npm run bench\`. CPU time is that of all threads of the process, user and system: wall time on a shared machine
says little. Contenders take turns, 9 rounds after 3 to warm up, and the median counts; each gets the same objects, has the
fastest way of its own that keeps every value exact, and is checked for it. Ratios are CPU time of the peer to ours in the same run.
Loads of servers have wall time besides, a server for all contenders, and 3 rounds. The servers are set for millions of rows (Postgres: shared_buffers
2 GB, work_mem 256 MB; MySQL: a buffer pool of 2 GB), and do not wait for the disk.

| | |
| --- | --- |
| machine | ${cpu?.model ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB |
| Node | ${process.version}, ${process.platform} ${process.arch} |
| peers | ${peers.map(([peer, version]) => `${peer} ${version}`).join(", ")} |
`;
}

function commit(): string {
  const git = (...args: string[]): string =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.trim();
  const changed = git("status", "--porcelain", "--", "packages", "bench", "examples") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
}
