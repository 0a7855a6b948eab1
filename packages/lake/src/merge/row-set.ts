import { batchOf, selectRows } from "@lakewright/core";
import { type Data, type RecordBatch, Schema } from "apache-arrow";
import type { BoundCondition, ColumnsUsed, RowSet } from "../expression/types.ts";

/** Rows of a batch by index; without rows, the batch as it is. */
interface Side {
  readonly batch: RecordBatch;
  readonly rows: Int32Array;
}

/** Rows side by side, in the columns that are looked at. */
export function rowSet(
  columns: ColumnsUsed,
  length: number,
  target: Side | undefined,
  source: Side | undefined,
): RowSet {
  return {
    rows: length,
    ...(target && { target: selectRows(project(target.batch, columns.target), target.rows) }),
    ...(source && { source: selectRows(project(source.batch, columns.source), source.rows) }),
  };
}

/** The data of a column that the batch has. */
export function columnData(batch: RecordBatch, name: string): Data {
  return batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)]!;
}

/** Some columns of a batch, in the order of the batch. */
export function project(batch: RecordBatch, names: readonly string[]): RecordBatch {
  const kept = batch.schema.fields.flatMap(({ name }, k) => (names.includes(name) ? [k] : []));
  if (kept.length === batch.schema.fields.length) return batch;
  return batchOf(
    new Schema(kept.map((k) => batch.schema.fields[k]!)),
    batch.numRows,
    kept.map((k) => batch.data.children[k]!),
  );
}

/**
 * For each row the first clause whose condition holds, -1 for none. A condition is evaluated only on rows that no clause
 * before it took.
 */
export function firstClauses(
  clauses: readonly { readonly when: BoundCondition | undefined }[],
  length: number,
  target: Side | undefined,
  source: Side | undefined,
): Int16Array {
  const taken = new Int16Array(length).fill(-1);
  let open: Int32Array | undefined;
  for (const [k, { when }] of clauses.entries()) {
    if (!when) {
      for (let i = 0; i < length; i++) if (taken[i]! < 0) taken[i] = k;
      break;
    }
    const left = length - (open ? length - open.length : 0);
    if (left === 0) break;
    const some = open;
    const narrowed = (side: Side | undefined): Side | undefined =>
      side && (some ? { batch: side.batch, rows: pick(side.rows, some) } : side);
    const truth = when.truth(rowSet(when.columns, left, narrowed(target), narrowed(source)));
    for (let i = 0; i < left; i++) if (truth[i] === 1) taken[some ? some[i]! : i] = k;
    open = undecided(taken);
  }
  return taken;
}

function pick(values: Int32Array, at: Int32Array): Int32Array {
  return at.map((index) => values[index]!);
}

function undecided(taken: Int16Array): Int32Array {
  let count = 0;
  for (const clause of taken) if (clause < 0) count++;
  const rows = new Int32Array(count);
  for (let i = 0, at = 0; i < taken.length; i++) if (taken[i]! < 0) rows[at++] = i;
  return rows;
}
