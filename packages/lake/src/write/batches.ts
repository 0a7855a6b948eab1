import { type JobOptions, type RowsOrBatches, type Table, toBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { FanOut } from "./fan-out.ts";
import type { WrittenFile } from "./data-file-writer.ts";
import { progressOf } from "../progress.ts";

/**
 * Checks data row by row against a table and distributes it over files. Where anything fails, or the signal ends it, the
 * files begun are removed.
 */
export async function writeBatches<T extends Table>(
  table: T,
  data: RowsOrBatches<T>,
  files: FanOut,
  { signal, onProgress }: JobOptions,
  /** Makes of a batch of the table one that the files take. */
  prepare: (batch: RecordBatch) => RecordBatch,
): Promise<readonly WrittenFile[]> {
  const report = progressOf(onProgress);
  let rows = 0;
  try {
    for await (const batch of toBatches(table, data, { dictionaries: true, signal })) {
      signal?.throwIfAborted();
      if (batch.numRows === 0) continue;
      await files.write(prepare(batch));
      rows += batch.numRows;
      report({ phase: "write", done: rows, unit: "rows" });
    }
    const written = await files.finish();
    signal?.throwIfAborted();
    report({ phase: "write", done: rows, total: rows, unit: "rows" });
    return written;
  } catch (error) {
    await files.discard();
    throw error;
  }
}
