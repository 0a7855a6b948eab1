/** The demo on 200,000 transactions: CPU time of all its processes and the memory of the largest. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CaseResult } from "../measure.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "examples/transactions-lakehouse/src/main.ts");
const ROWS = 200_000;
const RUNS = 3;
const MOST_CPU_MS = 30_000;
const MOST_BYTES = 1e9;

interface Usage {
  readonly cpuMs: number;
  readonly maxRssBytes: number;
}

function runDemo(): Usage & { readonly wallMs: number } {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-demo-"));
  const usage = join(folder, "usage");
  mkdirSync(usage);
  try {
    const start = performance.now();
    const hook = pathToFileURL(join(import.meta.dirname, "../usage.mjs")).href;
    const args = ["run", "demo", "--", "--out", join(folder, "out"), "--records", String(ROWS)];
    const done = spawnSync("npm", args, {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: `--import ${hook}`, LAKEWRIGHT_USAGE: usage },
    });
    const wallMs = performance.now() - start;
    if (done.status !== 0) throw new Error(`The demo failed:\n${done.stdout}\n${done.stderr}`);
    const all = readdirSync(usage).map(
      (name) => JSON.parse(readFileSync(join(usage, name), "utf8")) as Usage,
    );
    return {
      wallMs,
      cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      maxRssBytes: Math.max(...all.map(({ maxRssBytes }) => maxRssBytes)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (!existsSync(main)) {
  console.log(
    JSON.stringify({ skipped: "there is no examples/transactions-lakehouse/src/main.ts" }),
  );
} else {
  const runs = Array.from({ length: RUNS }, runDemo).sort((a, b) => a.cpuMs - b.cpuMs);
  const { cpuMs, wallMs } = runs[RUNS >> 1]!;
  const bytes = Math.max(...runs.map(({ maxRssBytes }) => maxRssBytes));
  const result: CaseResult = {
    title: "The demo",
    work: `\`npm run demo\` on ${ROWS.toLocaleString("en")} generated transactions, all of its processes; the median of ${RUNS} runs, and the most memory of any.`,
    columns: ["CPU s", "wall s", "MB"],
    rows: [
      {
        name: "CPU time",
        cells: [(cpuMs / 1000).toFixed(1), (wallMs / 1000).toFixed(1), ""],
        bar: `< ${MOST_CPU_MS / 1000} s`,
        passed: cpuMs < MOST_CPU_MS,
      },
      {
        name: "memory",
        cells: ["", "", (bytes / 1e6).toFixed(0)],
        bar: "< 1 GB",
        passed: bytes < MOST_BYTES,
      },
    ],
  };
  console.log(JSON.stringify(result));
}
