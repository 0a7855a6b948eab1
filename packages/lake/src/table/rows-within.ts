import { type RowsOrBatches, toBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { LeftOutRecorder } from "../rules/left-out.ts";
import type { RowRules } from "../rules/row-rules.ts";
import type { Bound } from "../where/bind.ts";
import { evaluate } from "../where/evaluate.ts";

const TRUE = 1;

/**
 * Rows as batches with every column filled in, each checked against a condition.
 *
 * @throws LakeError LAKE_INVALID_VALUE with the number of the first row, from 0, for which it does not hold.
 */
export async function* rowsWithin(
  rules: RowRules,
  data: RowsOrBatches,
  where: Bound,
  text: string,
  signal?: AbortSignal,
): AsyncGenerator<RecordBatch> {
  const leftOut = new LeftOutRecorder(rules.fills);
  const fills = rules.fills.length > 0;
  const given = fills ? leftOut.watch(data) : data;
  let first = 0;
  for await (const batch of toBatches(rules.accepted, given, { dictionaries: true, signal })) {
    const { numRows } = batch;
    const whole = fills ? rules.complete(batch, leftOut.take(numRows), first) : batch;
    const stray = evaluate(where, whole).findIndex((truth) => truth !== TRUE);
    if (stray >= 0) throw strayRow(first + stray, text);
    first += numRows;
    yield whole;
  }
}

function strayRow(row: number, text: string): LakeError {
  return new LakeError(
    "LAKE_INVALID_VALUE",
    `Row ${row} is not among those that are overwritten: ${text} does not hold for it.`,
    { hint: "Give only rows for which `where` holds, or widen it.", details: { row, where: text } },
  );
}
