import { batchOf, type Table, toArrowSchema } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { RowChange } from "../change/row-change.ts";
import type { BoundValue } from "../expression/types.ts";
import { nullColumn } from "../read/cast.ts";
import type { LeftOut } from "../rules/left-out.ts";
import type { Clause } from "./clauses.ts";
import type { ChangedRows, Match } from "./match.ts";
import { columnData, rowSet } from "./row-set.ts";

/** Rows that are made at a time. */
const BATCH_ROWS = 65_536;

interface Work {
  readonly change: RowChange;
  readonly source: RecordBatch;
  /** Of columns the table fills in, the source rows (1) that leave them out. */
  readonly leftOut: ReadonlyMap<string, Uint8Array>;
  readonly match: Match;
  /** The clauses for source rows that match nothing. */
  readonly notMatched: readonly Clause[];
  readonly signal: AbortSignal | undefined;
}

/** Hands the change every row it takes out and every row it puts in. */
export async function applyMatch(work: Work): Promise<void> {
  const { change, match, signal } = work;
  for (const rows of match.changed) {
    signal?.throwIfAborted();
    remove(change, match.clauses, rows);
  }
  for (const { file } of match.removed) await change.removeFile(file);
  await change.endRemovals();
  for (const [k, clause] of match.clauses.entries()) {
    if (clause.then === "update" && !usesTarget(clause)) await addFromSource(work, k, clause);
  }
  for (const rows of match.changed) await addFromBoth(work, rows);
  for (const [k, { values }] of work.notMatched.entries()) {
    for (const rows of chunks(match.inserts[k]!)) {
      signal?.throwIfAborted();
      const set = { source: { batch: work.source, rows } };
      const made = madeRows(change.layout.table, values, set, rows.length);
      await change.add(change.rules.complete(made, leftOutOf(work, values, rows)), "insert");
    }
  }
}

/** What new rows leave out: columns no value is given for, and what their source rows leave out. */
function leftOutOf(
  { change, leftOut }: Work,
  values: readonly (BoundValue | undefined)[],
  rows: Int32Array,
): LeftOut {
  const { rules, layout } = change;
  return new Map(
    rules.fills.flatMap((name): (readonly [string, "all" | Uint8Array])[] => {
      const value = values[layout.table.fields.findIndex((field) => field.name === name)];
      if (!value) return [[name, "all"]];
      const mask = leftOut.get(name);
      if (!mask || value.columns.source[0] !== name) return [];
      return [[name, Uint8Array.from(rows, (row) => mask[row]!)]];
    }),
  );
}

/** Rows with new values, generated columns computed from them. */
function updated(
  change: RowChange,
  made: RecordBatch,
  values: readonly (BoundValue | undefined)[],
): RecordBatch {
  const { fields } = change.layout.table;
  const given = new Set(fields.flatMap(({ name }, k) => (values[k] ? [name] : [])));
  return change.rules.recompute(made, given);
}

function remove(
  change: RowChange,
  clauses: readonly Clause[],
  { file, places, clauses: clauseOf }: ChangedRows,
): void {
  for (const kind of ["delete", "update"] as const) {
    const taken = places.filter((_, i) => clauses[clauseOf[i]!]!.then === kind);
    if (taken.length > 0) change.remove(file, taken, kind);
  }
}

/** Whether an update needs the values that rows have. */
function usesTarget({ values }: Clause): boolean {
  return values.some((value) => value === undefined || value.columns.target.length > 0);
}

/** The new rows of an update that takes all of them from the source. */
async function addFromSource(
  { change, source, match, signal }: Work,
  clause: number,
  { values }: Clause,
): Promise<void> {
  for (const changed of joinedChunks(match.changed, clause)) {
    signal?.throwIfAborted();
    const set = { source: { batch: source, rows: changed } };
    const made = madeRows(change.layout.table, values, set, changed.length);
    await change.add(updated(change, made, values), "update");
  }
}

/** The new rows of a file whose updates keep or use values of the old ones. */
async function addFromBoth(work: Work, changed: ChangedRows): Promise<void> {
  const { change, source, match, signal } = work;
  const { table } = change.layout;
  const using = match.clauses.map((clause) => clause.then === "update" && usesTarget(clause));
  const kept = indexesWhere(changed.clauses, (clause) => using[clause]!);
  if (kept.length === 0) return;
  const needed = new Set(
    match.clauses.flatMap(({ values }, k) =>
      using[k]
        ? values.flatMap((value, c) => value?.columns.target ?? [table.fields[c]!.name])
        : [],
    ),
  );
  const columns = table.fields.flatMap(({ name }) => (needed.has(name) ? [name] : []));
  const places = Uint32Array.from(kept, (i) => changed.places[i]!);
  let done = 0;
  for await (const { batch } of change.readAt(changed.file, places, columns)) {
    signal?.throwIfAborted();
    const part = kept.subarray(done, (done += batch.numRows));
    for (const [k, { values }] of match.clauses.entries()) {
      if (!using[k]) continue;
      const rows = indexesWhere(part, (i) => changed.clauses[i] === k);
      if (rows.length === 0) continue;
      const from = rows.map((row) => changed.source[part[row]!]!);
      const set = { target: { batch, rows }, source: { batch: source, rows: from } };
      const made = madeRows(table, values, set, rows.length);
      await change.add(updated(change, made, values), "update");
    }
  }
}

interface Side {
  readonly batch: RecordBatch;
  readonly rows: Int32Array;
}

/** Rows of the table: values of columns, what they have where there is a row, null else. */
function madeRows(
  table: Table,
  values: readonly (BoundValue | undefined)[],
  { target, source }: { readonly target?: Side; readonly source: Side },
  length: number,
): RecordBatch {
  const kept = target ? table.fields.filter((_, k) => !values[k]).map(({ name }) => name) : [];
  const used = {
    target: [...kept, ...values.flatMap((value) => value?.columns.target ?? [])],
    source: values.flatMap((value) => value?.columns.source ?? []),
  };
  const rows = rowSet(used, length, target, source);
  const columns = table.fields.map(({ name, column }, k): Data => {
    const value = values[k];
    if (value) return value.evaluate(rows);
    if (!rows.target) return nullColumn(column.type, length);
    return columnData(rows.target, name);
  });
  return batchOf(toArrowSchema(table), length, columns);
}

function indexesWhere<A extends Int16Array | Int32Array>(
  values: A,
  test: (value: number) => boolean,
): Int32Array {
  let count = 0;
  for (const value of values) if (test(value)) count++;
  const indexes = new Int32Array(count);
  for (let i = 0, at = 0; i < values.length; i++) if (test(values[i]!)) indexes[at++] = i;
  return indexes;
}

function* chunks(rows: Int32Array): Generator<Int32Array> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    yield rows.subarray(from, from + BATCH_ROWS);
  }
}

/** The source rows a clause uses, over all files, so many at a time. */
function* joinedChunks(changed: readonly ChangedRows[], clause: number): Generator<Int32Array> {
  let rows = new Int32Array(BATCH_ROWS);
  let count = 0;
  for (const { clauses, source } of changed) {
    for (let i = 0; i < source.length; i++) {
      if (clauses[i] !== clause) continue;
      rows[count++] = source[i]!;
      if (count < BATCH_ROWS) continue;
      yield rows;
      rows = new Int32Array(BATCH_ROWS);
      count = 0;
    }
  }
  if (count > 0) yield rows.subarray(0, count);
}
