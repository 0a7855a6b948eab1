/** The ERP example: a source of 319 tables through bronze, silver and gold from empty, and a day that passes after it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaseResult } from "../measure.ts";

const root = join(import.meta.dirname, "../..");
const LAYERS = ["bronze", "silver", "gold"];

interface Told {
  readonly bronze: {
    readonly rows: number;
    readonly inserted: number;
    readonly changed: number;
    readonly deleted: number;
  };
  readonly steps: readonly {
    readonly step: string;
    readonly day: number;
    readonly seconds: number;
    readonly cpuSeconds: number;
  }[];
  readonly maxMemoryMb: number;
}

const out = mkdtempSync(join(tmpdir(), "lakewright-erp-"));
try {
  const first = runDay(1);
  const second = runDay(2);
  const from = layers(first, 1);
  const day = layers(second, 2);
  const share = day.cpu / from.cpu;
  const changed = second.bronze.inserted + second.bronze.changed + second.bronze.deleted;
  const result: CaseResult = {
    title: "The ERP example",
    work: `${first.bronze.rows.toLocaleString("en")} rows of 319 Postgres tables through bronze, silver and gold on DuckDB, then a day on which ${changed.toLocaleString("en")} rows change. CPU time of the job's process in those layers; the memory is that of the whole job, the generator of the source included. One run.`,
    columns: ["CPU s", "wall s", "job MB"],
    rows: [
      {
        name: "from empty",
        cells: [from.cpu.toFixed(1), from.wall.toFixed(1), first.maxMemoryMb.toFixed(0)],
        bar: "< 60 s, < 1,000 MB",
        passed: from.cpu < 60 && first.maxMemoryMb < 1000,
      },
      {
        name: "a day later",
        cells: [
          `${day.cpu.toFixed(1)} (${(share * 100).toFixed(0)} %)`,
          day.wall.toFixed(1),
          second.maxMemoryMb.toFixed(0),
        ],
        bar: "< 15 %",
        passed: share < 0.15,
      },
      ...LAYERS.map((layer) => ({
        name: `${layer}, both days`,
        cells: [first, second].map((told, k) => cpuOf(told, layer, k + 1).toFixed(1)).concat(""),
      })),
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(out, { recursive: true, force: true });
}

function runDay(day: number): Told {
  const args = ["run", "--silent", "example:erp", "--", "--out", out, "--day", String(day)];
  const done = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`The example failed:\n${done.stdout}\n${done.stderr}`);
  return JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as Told;
}

function layers(told: Told, day: number): { readonly cpu: number; readonly wall: number } {
  const steps = told.steps.filter((step) => step.day === day && LAYERS.includes(step.step));
  return {
    cpu: steps.reduce((sum, step) => sum + step.cpuSeconds, 0),
    wall: steps.reduce((sum, step) => sum + step.seconds, 0),
  };
}

function cpuOf(told: Told, layer: string, day: number): number {
  return told.steps.find((step) => step.day === day && step.step === layer)?.cpuSeconds ?? 0;
}
