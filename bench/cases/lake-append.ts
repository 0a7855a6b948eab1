/** Appends one after another on one handle, and of several processes at once: ours and delta-rs, the disk synchronised. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTable, openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { defineTable, float64, int64, nullable, utf8 } from "@lakewright/core";
import { pythonWithEngines } from "../../tools/services/python.ts";
import type { CaseResult } from "../measure.ts";

const APPENDS = 200;
const ROWS = 1000;
const PROCESSES = 8;
const APPENDS_EACH = APPENDS / PROCESSES;
const RETRIES = 200;

const notes = defineTable("notes", {
  id: int64(),
  amount: float64(),
  country: nullable(utf8()),
  note: utf8(),
});
const ids = defineTable("ids", { id: int64() });
const scripts = join(import.meta.dirname, "../lake");
const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));
const at = (name: string): string => join(folder, name);

interface Appended {
  readonly cpuMs: number;
  readonly walls: readonly number[];
}

async function ours(): Promise<Appended> {
  const countries = ["DE", "FR", "US", null];
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    id: BigInt(i),
    amount: i / 7,
    country: countries[i % 4]!,
    note: `a note of row ${i}`,
  }));
  await using table = await createTable(localStore(at("ours")), notes);
  const walls: number[] = [];
  const start = process.cpuUsage();
  for (let k = 0; k < APPENDS; k++) {
    const begun = performance.now();
    await table.append(rows);
    walls.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(start);
  return { cpuMs: (user + system) / 1000, walls };
}

function run(command: string, args: readonly string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(text.trim().split("\n").at(-1)!));
      else reject(new Error(`${args.join(" ")} ended with ${code}.`));
    });
  });
}

interface Raced {
  readonly cpuMs: number;
  readonly failed: number;
}

async function race(
  command: string,
  args: readonly string[],
  table: string,
): Promise<Raced & { readonly commits: bigint }> {
  const all = await Promise.all(
    Array.from({ length: PROCESSES }, () => run(command, args) as Promise<Raced>),
  );
  return {
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    commits: (await openTable(localStore(table))).version,
  };
}

const percentile = (walls: readonly number[], share: number): number =>
  walls.toSorted((a, b) => a - b)[Math.floor(share * (walls.length - 1))]!;

try {
  const python = pythonWithEngines();
  const peers = join(scripts, "peers.py");
  const we = await ours();
  const they = (await run(python, [
    peers,
    "appends",
    at("theirs"),
    `${APPENDS}`,
    `${ROWS}`,
  ])) as Appended;

  await (await createTable(localStore(at("race-ours")), ids)).close();
  spawnSync(python, [peers, "create", at("race-theirs")]);
  const script = [
    "--conditions=@lakewright/source",
    join(scripts, "race-appends.ts"),
    at("race-ours"),
    `${APPENDS_EACH}`,
  ];
  const weRaced = await race(process.execPath, script, at("race-ours"));
  const theyRaced = await race(
    python,
    [peers, "race", at("race-theirs"), `${APPENDS_EACH}`, `${RETRIES}`],
    at("race-theirs"),
  );
  const lonely = ({ cpuMs, walls }: Appended): string[] => [
    cpuMs.toFixed(0),
    percentile(walls, 0.5).toFixed(1),
    percentile(walls, 0.99).toFixed(1),
    "",
  ];
  const raced = ({ cpuMs, commits, failed }: Awaited<ReturnType<typeof race>>): string[] => [
    cpuMs.toFixed(0),
    "",
    "",
    `${commits}, ${failed}`,
  ];
  const [p50, p99] = [0.5, 0.99].map((share) => [
    percentile(we.walls, share),
    percentile(they.walls, share),
  ]);
  const result: CaseResult = {
    title: "Appends to a Delta table",
    work: `${APPENDS} appends of ${ROWS.toLocaleString("en")} rows on one handle, ours from objects, delta-rs from a ready table; then ${PROCESSES} processes of ${APPENDS_EACH} appends each to one table, delta-rs with ${RETRIES} retries. The 99th percentile is that of the disk where others use it: it needs a quiet machine.`,
    columns: ["CPU ms", "p50 ms", "p99 ms", "commits, failed"],
    rows: [
      {
        name: "one handle: lakewright",
        cells: lonely(we),
        bar: "p50 and p99 below delta-rs",
        passed: p50![0]! < p50![1]! && p99![0]! < p99![1]!,
      },
      { name: "one handle: delta-rs", cells: lonely(they) },
      {
        name: `${PROCESSES} processes: lakewright`,
        cells: raced(weRaced),
        bar: `${APPENDS} commits, half the CPU`,
        passed:
          weRaced.commits === BigInt(APPENDS) &&
          weRaced.failed === 0 &&
          weRaced.cpuMs <= theyRaced.cpuMs / 2,
      },
      { name: `${PROCESSES} processes: delta-rs`, cells: raced(theyRaced) },
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}
