/**
 * MERGE of 100,000 new forms of rows into a table of a million, against delta-rs. Each contender is a process of its own
 * that merges into fresh copies of one table and tells the CPU time of each merge, opening included, and its peak memory.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchBuilder } from "@lakewright/core";
import { createTable, openTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { Table as ArrowTable, tableFromIPC, tableToIPC } from "apache-arrow";
import { PYTHON_LAUNCHER, pythonWithEngines } from "../../tools/services/python.ts";
import type { CaseResult } from "../measure.ts";
import { makePayments, payments } from "../rows.ts";

const ROWS = 1_000_000;
const FILES = 10;
const UPDATES = 100_000;
const RUNS = 7;
/** Merges that are not counted: the first ones compile. */
const WARM_UPS = 2;

interface Told {
  readonly cpuMs: readonly number[];
  readonly wallMs: readonly number[];
  readonly peakBytes: number;
  readonly rowsUpdated: number;
}

async function compare(python: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "lakewright-merge-"));
  try {
    await build(place);
    const self = [process.execPath, "--expose-gc", "--conditions=@lakewright/source"];
    const ours = (name: string): Told => told([...self, import.meta.filename, "ours", place, name]);
    const theirs = told([python, PYTHON_LAUNCHER, "-c", SCRIPT, place, String(RUNS)]);
    const rows: readonly (readonly [string, Told])[] = [
      ["lakewright, files written again", ours("plain")],
      ["lakewright, deletion vectors", ours("vectors")],
      ["delta-rs", theirs],
    ];
    const bar = median(theirs.cpuMs);
    const result: CaseResult = {
      title: "MERGE into a Delta table",
      work: `${UPDATES.toLocaleString("en")} rows, one of ten of every file, get a new form by a text key: ${ROWS.toLocaleString("en")} rows, 12 columns, ${FILES} files, Snappy. The median of ${RUNS - WARM_UPS} merges into fresh copies, after ${WARM_UPS} to warm up.`,
      columns: ["CPU ms", "wall ms", "peak MB", "delta-rs / ours"],
      rows: rows.map(([name, one]) => {
        const cpuMs = median(one.cpuMs);
        const isTheirs = one === theirs;
        return {
          name,
          cells: [
            cpuMs.toFixed(0),
            median(one.wallMs).toFixed(0),
            (one.peakBytes / 1e6).toFixed(0),
            isTheirs ? "" : `${(bar / cpuMs).toFixed(2)} ×`,
          ],
          ...(isTheirs ? {} : { bar: "≥ 1 ×", passed: cpuMs <= bar }),
        };
      }),
    };
    console.log(JSON.stringify(result));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Two tables of the same rows, and the rows to merge as an Arrow stream. */
async function build(place: string): Promise<void> {
  const rows = makePayments(ROWS);
  for (const name of ["plain", "vectors"]) {
    const lake = await createTable(localStore(join(place, name)), payments, {
      properties: name === "vectors" ? { "delta.enableDeletionVectors": "true" } : {},
    });
    for (let from = 0; from < ROWS; from += ROWS / FILES) {
      await lake.append(rows.slice(from, from + ROWS / FILES));
    }
  }
  const updates = rows.filter((_, k) => k % (ROWS / UPDATES) === 3);
  const changed = updates.map((row) => ({ ...row, amount: "1.23", is_refund: true }));
  const batch = batchBuilder(payments).build(changed);
  writeFileSync(join(place, "source.arrow"), tableToIPC(new ArrowTable([batch]), "stream"));
}

async function mergeHere(place: string, name: string): Promise<Told> {
  const source = tableFromIPC(readFileSync(join(place, "source.arrow"))).batches;
  const copy = join(place, "copy");
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  let rowsUpdated = 0;
  for (let run = 0; run < RUNS; run++) {
    cpSync(join(place, name), copy, { recursive: true });
    globalThis.gc?.();
    const start = performance.now();
    const before = process.cpuUsage();
    const lake = await openTable(localStore(copy));
    const result = await lake.merge(source, {
      on: ["payment_id"],
      whenMatched: "update",
      whenNotMatched: "insert",
    });
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000);
    wallMs.push(performance.now() - start);
    ({ rowsUpdated } = result);
    rmSync(copy, { recursive: true });
  }
  return { cpuMs, wallMs, rowsUpdated, peakBytes: peakBytes() };
}

/** Linux: the most memory this program had. What getrusage says begins at the peak of the process that started it. */
function peakBytes(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

const SCRIPT = `
import deltalake, json, os, pyarrow.ipc, resource, shutil, sys, time
place, runs = sys.argv[1], int(sys.argv[2])
copy = os.path.join(place, "copy")
with open(os.path.join(place, "source.arrow"), "rb") as stream:
    source = pyarrow.ipc.open_stream(stream.read()).read_all()
cpu, wall = [], []
for _ in range(runs):
    shutil.copytree(os.path.join(place, "plain"), copy)
    start, before = time.time(), resource.getrusage(resource.RUSAGE_SELF)
    did = (
        deltalake.DeltaTable(copy)
        .merge(source, "t.payment_id = s.payment_id", source_alias="s", target_alias="t")
        .when_matched_update_all()
        .when_not_matched_insert_all()
        .execute()
    )
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu.append(1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    wall.append(1000 * (time.time() - start))
    shutil.rmtree(copy)
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps({"cpuMs": cpu, "wallMs": wall, "peakBytes": peak * 1024, "rowsUpdated": did["num_target_rows_updated"]}))
`;

function told([command, ...args]: readonly string[]): Told {
  const done = spawnSync(command!, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  const result = JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Told;
  if (result.rowsUpdated !== UPDATES) {
    throw new Error(`${command} updated ${result.rowsUpdated} rows in place of ${UPDATES}.`);
  }
  return result;
}

function median(values: readonly number[]): number {
  const sorted = values.slice(WARM_UPS).sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

const [mode, folder, table] = process.argv.slice(2);
if (mode === "ours") {
  console.log(JSON.stringify(await mergeHere(folder!, table!)));
} else {
  let python: string | undefined;
  try {
    python = pythonWithEngines();
  } catch (error) {
    console.log(JSON.stringify({ skipped: (error as Error).message }));
  }
  if (python !== undefined) await compare(python);
}
