import { toRows } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Scan, ScanMetrics } from "../table/types.ts";

export type MutableMetrics = { -readonly [K in keyof ScanMetrics]: ScanMetrics[K] };

function noMetrics(): MutableMetrics {
  return { filesRead: 0, filesSkipped: 0, rowGroupsRead: 0, rowGroupsSkipped: 0, rows: 0 };
}

/** A scan whose batches are made anew for every loop over it. */
export function scanOf(read: (metrics: MutableMetrics) => AsyncIterable<RecordBatch>): Scan {
  let metrics = noMetrics();
  const batches = async function* (): AsyncGenerator<RecordBatch> {
    metrics = noMetrics();
    for await (const batch of read(metrics)) {
      metrics.rows += batch.numRows;
      yield batch;
    }
  };
  return {
    [Symbol.asyncIterator]: batches,
    get metrics() {
      return metrics;
    },
    async rows() {
      const rows: Record<string, unknown>[] = [];
      for await (const batch of batches()) for (const row of toRows(batch)) rows.push(row);
      return rows;
    },
  };
}
