import type { RowsOrBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";

/** Batches in groups of at least so many rows, so that small ones do not cost a statement each; empty ones left out. */
export async function* grouped(
  batches: AsyncIterable<RecordBatch>,
  rows: number,
): AsyncGenerator<RecordBatch[]> {
  let group: RecordBatch[] = [];
  for await (const batch of batches) {
    if (batch.numRows === 0) continue;
    group.push(batch);
    if (rowsOfGroup(group) < rows) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

export function rowsOfGroup(group: readonly RecordBatch[]): number {
  return group.reduce((sum, batch) => sum + batch.numRows, 0);
}

/** Whether the data comes as time goes by: its source may have to ask for it, by a statement for one. */
export function isStream(data: RowsOrBatches): boolean {
  return typeof data === "object" && data !== null && Symbol.asyncIterator in data;
}
