/** Opening long logs: ours and delta-rs, each in a process of its own, the peak of its memory with it. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { pythonWithEngines } from "../../tools/services/python.ts";
import { writeLog } from "../logs.ts";
import type { CaseResult, ResultRow } from "../measure.ts";

const ROUNDS = 5;
const MEMORY_MB = 300;
const CASES = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));

interface Measured {
  readonly cpuMs: number;
  readonly listMs: number;
  readonly peakMb: number;
  readonly files: number;
}

function measure(command: string, args: readonly string[]): Measured {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}`);
  return JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Measured;
}

function rowsOf(name: string, table: string, python: string, memory: boolean): ResultRow[] {
  const flags = ["--conditions=@lakewright/source", join(CASES, "../lake/open-table.ts")];
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(measure(process.execPath, [...flags, table]));
    theirs.push(measure(python, [join(CASES, "../lake/peers.py"), "open", table]));
  }
  const [we, they] = [median(ours), median(theirs)];
  if (we.files !== they.files)
    throw new Error(`${name}: ${we.files} files, delta-rs ${they.files}.`);
  const cells = ({ cpuMs, listMs, peakMb }: Measured): string[] => [
    cpuMs.toFixed(0),
    listMs.toFixed(0),
    peakMb.toFixed(0),
  ];
  return [
    {
      name: `${name}: lakewright`,
      cells: [...cells(we), ""],
      ...(memory && { bar: `≤ ${MEMORY_MB} MB`, passed: we.peakMb <= MEMORY_MB }),
    },
    {
      name: `${name}: delta-rs`,
      cells: [...cells(they), `${(they.cpuMs / we.cpuMs).toFixed(2)} ×`],
      bar: "≥ 1 ×",
      passed: they.cpuMs >= we.cpuMs,
    },
  ];
}

function median(measured: readonly Measured[]): Measured {
  return measured.toSorted((a, b) => a.cpuMs - b.cpuMs)[measured.length >> 1]!;
}

try {
  const python = pythonWithEngines();
  const at = (name: string): string => join(folder, name);
  writeLog(at("adds"), 5, 60_000);
  writeLog(at("commits"), 10_000, 1);
  for (const name of ["adds", "commits"]) {
    cpSync(at(name), at(`${name}-checkpoint`), { recursive: true });
    await (await openTable(localStore(at(`${name}-checkpoint`)))).checkpoint();
  }
  const result: CaseResult = {
    title: "Opening a Delta table",
    work: `Logs of 300,000 files and of 10,000 commits, with and without a checkpoint of their last version; then the list of all files. Each in a process of its own, ${ROUNDS} times in turn, the median.`,
    columns: ["open, CPU ms", "list, CPU ms", "peak MB", "peer / ours"],
    rows: [
      ...rowsOf("300,000 adds in 5 commits", at("adds"), python, true),
      ...rowsOf("300,000 adds, checkpoint", at("adds-checkpoint"), python, true),
      ...rowsOf("10,000 commits", at("commits"), python, true),
      ...rowsOf("10,000 commits, checkpoint", at("commits-checkpoint"), python, true),
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}
