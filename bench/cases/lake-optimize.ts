/**
 * OPTIMIZE of 200 small files, and Z-order on two columns, against delta-rs. Each contender is a process of its own that
 * works on fresh copies of one table and tells the CPU time of each run, opening included, and its peak memory. DuckDB
 * compares the rows of the files it leaves with those that were written.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createTable, openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { PYTHON_LAUNCHER, pythonWithEngines } from "../../tools/services/python.ts";
import type { CaseResult, ResultRow } from "../measure.ts";
import { makePayments, payments } from "../rows.ts";

const FILES = 200;
const FILE_ROWS = 5000;
const CURVE = ["user_id", "created_at"];
const RUNS = 6;
/** Runs that are not counted: the first ones compile. */
const WARM_UPS = 2;

interface Told {
  readonly cpuMs: readonly number[];
  readonly wallMs: readonly number[];
  readonly peakBytes: number;
  /** Data files of the table that the last run left. */
  readonly files: readonly string[];
}

async function compare(python: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "lakewright-optimize-"));
  try {
    await build(place);
    const wanted = await digest([join(place, "base/*.parquet")]);
    const self = [process.execPath, "--expose-gc", "--conditions=@lakewright/source"];
    const rows: ResultRow[] = [];
    for (const [work, by] of [
      ["files put together", ""],
      ["Z-order on two columns", CURVE.join(",")],
    ] as const) {
      const ours = told([...self, import.meta.filename, "ours", place, by]);
      const theirs = told([python, PYTHON_LAUNCHER, "-c", SCRIPT, place, by, String(RUNS)]);
      for (const { files } of [ours, theirs]) {
        const found = await digest(files);
        if (found !== wanted) throw new Error(`${work}: the rows are ${found}, not ${wanted}.`);
      }
      rows.push(...compared(work, ours, theirs));
    }
    const result: CaseResult = {
      title: "OPTIMIZE of a Delta table",
      work: `${FILES} files of ${FILE_ROWS.toLocaleString("en")} rows, 12 columns, become one. The median of ${RUNS - WARM_UPS} runs on fresh copies, after ${WARM_UPS} to warm up; DuckDB compares the rows.`,
      columns: ["CPU ms", "wall ms", "peak MB", "delta-rs / ours"],
      rows,
    };
    console.log(JSON.stringify(result));
  } finally {
    rmSync(place, { recursive: true });
  }
}

function compared(work: string, ours: Told, theirs: Told): ResultRow[] {
  const [cpuMs, bar] = [median(ours.cpuMs), median(theirs.cpuMs)];
  const cells = (one: Told): string[] => [
    median(one.cpuMs).toFixed(0),
    median(one.wallMs).toFixed(0),
    (one.peakBytes / 1e6).toFixed(0),
  ];
  return [
    {
      name: `lakewright, ${work}`,
      cells: [...cells(ours), `${(bar / cpuMs).toFixed(2)} ×`],
      bar: "≥ 1 ×",
      passed: cpuMs <= bar,
    },
    { name: `delta-rs, ${work}`, cells: [...cells(theirs), ""] },
  ];
}

async function build(place: string): Promise<void> {
  const rows = makePayments(FILES * FILE_ROWS);
  const lake = await createTable(localStore(join(place, "base")), payments);
  for (let from = 0; from < rows.length; from += FILE_ROWS) {
    await lake.append(rows.slice(from, from + FILE_ROWS));
  }
}

/** What DuckDB makes of the rows of files, whatever their order. */
async function digest(files: readonly string[]): Promise<string> {
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  const list = files.map((file) => `'${file}'`).join(", ");
  const sql = `SELECT count(*), sum(hash(payment_id, user_id, currency, country, quantity, score, amount, fee,
    epoch_us(created_at), epoch_us(settled_at), is_refund, sequence)) FROM read_parquet([${list}])`;
  const rows = (await duckdb.runAndReadAll(sql)).getRows();
  duckdb.closeSync();
  return String(rows[0]);
}

async function optimizeHere(place: string, by: string): Promise<Told> {
  const copy = join(place, "ours");
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  let files: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(place, "base"), copy, { recursive: true });
    globalThis.gc?.();
    const start = performance.now();
    const before = process.cpuUsage();
    const lake = await openTable(localStore(copy));
    await lake.optimize(by === "" ? {} : { zOrderBy: by.split(",") });
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
    wallMs.push(performance.now() - start);
    files = lake.files().map((file) => join(copy, file.path));
  }
  return { cpuMs, wallMs, files, peakBytes: peakBytes() };
}

/** Linux: the most memory this program had. What getrusage says begins at the peak of the process that started it. */
function peakBytes(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

const SCRIPT = `
import deltalake, json, os, resource, shutil, sys, time
place, by, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
copy = os.path.join(place, "theirs")
cpu, wall = [], []
for _ in range(runs):
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(os.path.join(place, "base"), copy)
    start, before = time.time(), resource.getrusage(resource.RUSAGE_SELF)
    table = deltalake.DeltaTable(copy)
    table.optimize.z_order(by.split(",")) if by else table.optimize.compact()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    wall.append(1000 * (time.time() - start))
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
files = deltalake.DeltaTable(copy).file_uris()
print(json.dumps({"cpuMs": cpu, "wallMs": wall, "peakBytes": peak * 1024, "files": files}))
`;

function told([command, ...args]: readonly string[]): Told {
  const done = spawnSync(command!, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Told;
}

function median(values: readonly number[]): number {
  const counted = values.slice(WARM_UPS).sort((a, b) => a - b);
  return counted[counted.length >> 1]!;
}

const [verb, place, by] = process.argv.slice(2);
if (verb === "ours") {
  console.log(JSON.stringify(await optimizeHere(place!, by!)));
} else {
  let python: string | undefined;
  try {
    python = pythonWithEngines();
  } catch (error) {
    console.log(JSON.stringify({ skipped: (error as Error).message }));
  }
  if (python !== undefined) await compare(python);
}
