import { type RowsOrBatches, type Table, toBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../errors.ts";
import type { Bound } from "../where/bind.ts";
import { evaluate } from "../where/evaluate.ts";

const TRUE = 1;

/**
 * Rows as batches, each checked against a condition.
 *
 * @throws LakeError LAKE_INVALID_VALUE with the number of the first row, from 0, for which it does not hold.
 */
export async function* rowsWithin<T extends Table>(
  table: T,
  data: RowsOrBatches<T>,
  where: Bound,
  text: string,
  signal?: AbortSignal,
): AsyncGenerator<RecordBatch> {
  let first = 0;
  for await (const batch of toBatches(table, data, { dictionaries: true, signal })) {
    const stray = evaluate(where, batch).findIndex((truth) => truth !== TRUE);
    if (stray >= 0) throw strayRow(first + stray, text);
    first += batch.numRows;
    yield batch;
  }
}

function strayRow(row: number, text: string): LakeError {
  return new LakeError(
    "LAKE_INVALID_VALUE",
    `Row ${row} is not among those that are overwritten: ${text} does not hold for it.`,
    { hint: "Give only rows for which `where` holds, or widen it.", details: { row, where: text } },
  );
}
