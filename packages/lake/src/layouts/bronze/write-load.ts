import { batchOf, formatDate, selectRows, selectValues, toArrowSchema } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { TableChange } from "../../change/table-change.ts";
import type { ChangeResult } from "../../change/types.ts";
import type { AddFile } from "../../delta/log/actions.ts";
import { constantColumn } from "../../read/constant.ts";
import { booleans, digests, timestamps } from "./arrow-columns.ts";
import * as names from "./columns.ts";
import type { Load } from "./load.ts";
import type { Beginning, Ending, LoadPlan } from "./plan-load.ts";

/** Rows that are made at a time. */
const BATCH_ROWS = 65_536;
const DAY_MICROS = 86_400_000_000n;

/** What every version of a load has in common. */
export interface Origin {
  readonly system: string;
  readonly table: string;
  readonly fileName: string | null;
  /** Microseconds since 1970. */
  readonly now: bigint;
}

export interface WriteLoad {
  /** The transaction that was read with. */
  readonly change: TableChange;
  readonly shape: names.Shape;
  readonly load: Load;
  readonly plan: LoadPlan;
  readonly origin: Origin;
  readonly parameters: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Writes and commits what a load changes, with its transaction. */
export async function writeLoad(work: WriteLoad): Promise<ChangeResult> {
  const { change, plan, load, signal } = work;
  try {
    for (const [file, endings] of byFile(plan.endings)) await endVersions(work, file, endings);
    for (let at = 0; at < plan.beginnings.length; at += BATCH_ROWS) {
      signal?.throwIfAborted();
      await change.add(begun(work, plan.beginnings.slice(at, at + BATCH_ROWS)), "insert");
    }
  } catch (error) {
    await change.discard();
    throw error;
  }
  return change.commit("MERGE", work.parameters, { numSourceRows: load.rows });
}

function byFile(endings: readonly Ending[]): ReadonlyMap<AddFile, Ending[]> {
  const files = new Map<AddFile, Ending[]>();
  for (const ending of endings) {
    const { file } = ending.version;
    const list = files.get(file);
    if (list) list.push(ending);
    else files.set(file, [ending]);
  }
  for (const list of files.values()) list.sort((a, b) => a.version.place - b.version.place);
  return files;
}

/** Writes the versions of a file again that end, and the tombstones that follow them. */
async function endVersions(
  { change, origin }: WriteLoad,
  file: AddFile,
  endings: readonly Ending[],
): Promise<void> {
  const places = Uint32Array.from(endings, ({ version }) => version.place);
  change.remove(file, places, "update");
  let at = 0;
  for await (const { batch } of change.readAt(file, places)) {
    const ended = endings.slice(at, (at += batch.numRows));
    const to = timestamps(ended.map((ending) => ending.at));
    await change.add(replaced(batch, { [names.VALID_TO]: to }), "update");
    const gone = ended.flatMap(({ isDeleted }, k) => (isDeleted ? [k] : []));
    if (gone.length === 0) continue;
    const stones = gone.map((k) => ended[k]!);
    await change.add(
      replaced(selectRows(batch, Int32Array.from(gone)), {
        ...originColumns(origin, gone.length),
        [names.IS_DELETED]: booleans(stones.map(() => true)),
        [names.VALID_FROM]: timestamps(stones.map((ending) => ending.at)),
        [names.VALID_TO]: timestamps(stones.map(({ tombstoneTo }) => tombstoneTo)),
      }),
      "insert",
    );
  }
}

/** The versions that begin, as rows of the table. */
function begun({ shape, load, origin }: WriteLoad, beginnings: readonly Beginning[]): RecordBatch {
  const rows = Int32Array.from(beginnings, ({ row }) => row);
  const some = rows.map((row, k) => (beginnings[k]!.isKeyOnly ? -1 : row));
  const hasAll = !beginnings.some(({ isKeyOnly }) => isKeyOnly);
  const values = Object.fromEntries(
    shape.kept.map(({ name }, k) => {
      const all = hasAll || shape.key.includes(name);
      return [name, selectValues(load.batch.data.children[k]!, all ? rows : some)];
    }),
  );
  return madeBatch(shape, rows.length, {
    ...values,
    ...originColumns(origin, rows.length),
    [names.HASH]: digests(load.hashes, rows),
    [names.IS_DELETED]: booleans(beginnings.map(({ isDeleted }) => isDeleted)),
    [names.VALID_FROM]: timestamps(beginnings.map(({ from }) => from)),
    [names.VALID_TO]: timestamps(beginnings.map(({ to }) => to)),
  });
}

function madeBatch(
  { bronze }: names.Shape,
  rows: number,
  columns: Readonly<Record<string, Data>>,
): RecordBatch {
  return batchOf(
    toArrowSchema(bronze),
    rows,
    bronze.fields.map(({ name }) => columns[name]!),
  );
}

function originColumns(origin: Origin, rows: number): Record<string, Data> {
  const constants: Record<string, unknown> = {
    [names.INGESTED_AT]: origin.now,
    [names.SYSTEM]: origin.system,
    [names.SOURCE_TABLE]: origin.table,
    [names.FILE_NAME]: origin.fileName,
    [names.INGESTED_ON]: formatDate(Number(origin.now / DAY_MICROS)),
  };
  return Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [
      name,
      constantColumn(names.bronzeColumns[name]!, value, rows),
    ]),
  );
}

function replaced(batch: RecordBatch, columns: Readonly<Record<string, Data>>): RecordBatch {
  return batchOf(
    batch.schema,
    batch.numRows,
    batch.schema.fields.map(({ name }, k) => columns[name] ?? batch.data.children[k]!),
  );
}
