import { batchBuilder, conformBatch, isLakewrightError, toRows } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { namesOf } from "../../../define/names.ts";
import type { Counts, ReadContext } from "../reading.ts";

/** A batch of the table of the source. */
export interface Conformed {
  readonly batch: RecordBatch;
  /** Which row of the batch given each row was. */
  readonly origin: (row: number) => number;
}

/** The columns of the source of a batch that was read, as its table has them; rows that do not fit are put aside. */
export async function conformed(
  { source, drift }: ReadContext,
  given: RecordBatch,
  counts: Counts,
): Promise<Conformed> {
  const { table } = source;
  const there = namesOf(given.schema);
  const columns = table.fields.map(({ name }) => there.indexOf(name)).filter((k) => k >= 0);
  // Not select(): where it leaves a column out, it gives the ones after it the values of their neighbours.
  const chosen = columns.length === there.length ? given : given.selectAt(columns);
  if (!drift?.quarantine) return { batch: conformBatch(table, chosen), origin: (row) => row };
  try {
    return { batch: conformBatch(table, chosen), origin: (row) => row };
  } catch (error) {
    if (!isLakewrightError(error) || !error.code.startsWith("CORE_")) throw error;
  }
  const rows = toRows(chosen);
  const { batch, invalid } = batchBuilder(table).buildValid(rows);
  const first = new Map(invalid.toReversed().map((value) => [value.row, value]));
  await drift.quarantine(
    [...first.values()]
      .toReversed()
      .map(({ row, column, problem }) => ({ row: rows[row]!, column, problem })),
  );
  counts.quarantined += first.size;
  const kept = rows.map((_, row) => row).filter((row) => !first.has(row));
  return { batch, origin: (row) => kept[row]! };
}
