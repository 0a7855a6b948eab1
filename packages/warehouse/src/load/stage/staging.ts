import type { RowsOrBatches, Table } from "@lakewright/core";
import { id, type Sql, sql } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { count, type RunningLoad, runStep } from "../context.ts";
import { countDuplicates, removeDuplicates } from "./duplicates.ts";
import { type LoadSource, OwnRows } from "../load-data.ts";
import { PROBLEM, STAGE } from "../temporary-tables.ts";
import { KeyOrder } from "./key-order.ts";
import { areUnique, stageQuery } from "./query-rows.ts";
import {
  allRejected,
  type Reject,
  type RejectReason,
  rejectsOf,
  rowsRejected,
  writeRejects,
} from "./rejects.ts";
import { IncomingRows } from "./rows.ts";
import { createStage, grainWithin, indexedColumns, stagedTable } from "./stage.ts";
import { StorableCheck } from "./storable.ts";

/** The rows of a load in their staging table. */
export interface StagedRows {
  /** Rows the data had. */
  readonly read: number;
  /** Those that could not be staged. */
  readonly rejects: readonly Reject[];
  /** The columns of the staging table that have the data. */
  readonly staged: Table;
  /** Whether it is known that no two of them have the same key. */
  readonly hasUniqueKeys: boolean;
}

/** Fills the staging table: inside the database where that can be, else with what goes through here. */
export async function stageRows(
  load: RunningLoad,
  table: StarTable,
  source: LoadSource,
): Promise<StagedRows> {
  const { session, options } = load;
  if (!(source instanceof OwnRows)) return sendRows(load, table, source);
  const { query } = source;
  const read = await stageQuery(load, table, query);
  if (read !== undefined) {
    const hasUniqueKeys = await areUnique(session, source, givenKey(table));
    return { read, rejects: [], staged: stagedTable(table.input), hasUniqueKeys };
  }
  // One connection cannot read a result and write at the same time, so the result is taken whole.
  const rows = await session.query(query, { signal: options.signal }).batches();
  return sendRows(load, table, rows);
}

async function sendRows(
  load: RunningLoad,
  table: StarTable,
  data: RowsOrBatches,
): Promise<StagedRows> {
  const { session, context, options } = load;
  const staged = stagedTable(table.input);
  const incoming = new IncomingRows(
    table.input,
    staged,
    options.unknownColumns === "error",
    new StorableCheck(context, table.input.fields, indexedColumns(table)),
    new KeyOrder(table.input, givenKey(table)),
  );
  for (const step of createStage(context, table)) await runStep(load, step);
  await session.load(STAGE, staged, incoming.batches(data, options), { signal: options.signal });
  const { read, rejects, order } = incoming;
  return { read, rejects, staged, hasUniqueKeys: order.isAscending };
}

/** Columns of the data whose values, where they differ, make rows differ by their key. */
function givenKey(table: StarTable): readonly string[] {
  if (table.kind === "dimension") return table.key;
  const own = new Set(table.own.map((field) => field.name));
  return grainWithin(table).filter((name) => own.has(name));
}

/** Deals with keys that a temporary table has more than once, and says whether there were any. */
export async function settleDuplicates(
  load: RunningLoad,
  table: Table,
  key: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  if ((await count(load, countDuplicates(table.name, key))) === 0) return false;
  for (const step of removeDuplicates(load.context, table, key, others)) {
    await runStep(load, step);
  }
  return true;
}

/** The rows a step has marked; `rows` reads them as they came, with their number and what is wrong. */
export async function markedRows(
  load: RunningLoad,
  marked: { readonly table: string; readonly rows: Sql },
): Promise<Reject[]> {
  const n = await count(load, {
    name: "count rows put aside",
    sql: sql`SELECT count(*) AS n FROM ${id(marked.table)} WHERE ${id(PROBLEM)} IS NOT NULL`,
  });
  return n === 0 ? [] : rejectsOf(await load.session.query(marked.rows).rows());
}

/** Rows nothing is wrong with: the table has what they say, or newer. A load of only those has done what it could. */
const STALE: readonly RejectReason[] = ["late_change", "already_there"];

/** Puts aside what could not be loaded, or fails; always where that is all there was, but for a stream. */
export async function settleRejects(
  load: RunningLoad,
  read: number,
  rejects: readonly Reject[],
): Promise<number> {
  if (rejects.length === 0) return 0;
  const { session, context, entry, options, needsRows } = load;
  if (options.onReject === "error") throw rowsRejected(entry.table, rejects);
  const unusable = rejects.filter(({ reason }) => !STALE.includes(reason));
  if (needsRows && rejects.length === read && unusable.length > 0) {
    throw allRejected(entry, rejects);
  }
  const { table, loadId, loadedMicros: micros } = entry;
  await writeRejects(session, context.place, { table, loadId, micros }, rejects);
  return rejects.length;
}
