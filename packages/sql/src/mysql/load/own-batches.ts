import {
  looksLikeBatch,
  type RowsOrBatches,
  type Table,
  toBatches,
  type ToBatchesOptions,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";

/**
 * The data as batches, for whoever is done with one when it asks for the next: the memory of those that are made here is
 * given back at once. The collector would come for it by going over everything else the program holds, with all its
 * threads, while the server needs the processors.
 */
export async function* ownBatches(
  table: Table,
  data: RowsOrBatches,
  options: ToBatchesOptions,
): AsyncGenerator<RecordBatch> {
  const isMade = Array.isArray(data) && !data.some(looksLikeBatch);
  for await (const batch of toBatches(table, data, options)) {
    yield batch;
    if (isMade) release(batch);
  }
}

/** Ends the buffers of a batch: their columns are empty from then on. */
function release({ data }: RecordBatch): void {
  for (const { values, valueOffsets, nullBitmap } of data.children) {
    for (const array of [values, valueOffsets, nullBitmap] as (ArrayBufferView | undefined)[]) {
      const buffer = array?.buffer;
      if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffer.transfer(0);
    }
  }
}
