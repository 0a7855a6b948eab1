import { selectRows } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import { heldBytes } from "../parquet/encode/held-bytes.ts";
import { concatBatches, concatData } from "../where/concat.ts";
import { readStored, type StoredSource } from "./read-stored.ts";
import { zOrder } from "./z-order.ts";

/** Rows handed out at a time: a row group of the writer. */
const CHUNK_ROWS = 131_072;

/** The rows of files in the order of a curve. */
export interface SortedRows {
  readonly rows: number;
  batches(): AsyncGenerator<RecordBatch>;
}

/**
 * Lays the rows of a partition out along a Z-order curve of some columns. Up to `maxBytes` of decoded rows are held; a
 * partition of more is read again for each such portion, and only the columns of the curve are held whole.
 */
export async function sortRows(
  source: StoredSource,
  files: readonly AddFile[],
  by: readonly number[],
  maxBytes: number,
): Promise<SortedRows> {
  const keys = by.map((): Data[] => []);
  const seen = new Set<unknown>();
  let held: RecordBatch[] | undefined = [];
  let rows = 0;
  let bytes = 0;
  for await (const { batch } of readStored(source, files)) {
    by.forEach((column, k) => keys[k]!.push(batch.data.children[column]!));
    rows += batch.numRows;
    bytes += heldBytes(batch.data, seen);
    if (bytes > maxBytes) held = undefined;
    held?.push(batch);
  }
  if (rows === 0) return { rows, async *batches() {} };
  const order = zOrder(keys.map(concatData));
  if (held) {
    const all = concatBatches(held);
    held = undefined;
    return {
      rows,
      async *batches() {
        yield* chunks(all, order);
      },
    };
  }
  const portion = Math.max(1, Math.floor((rows * maxBytes) / bytes));
  const places = inverse(order);
  return {
    rows,
    async *batches() {
      for (let from = 0; from < rows; from += portion) {
        const to = Math.min(rows, from + portion);
        const { batch, order: within } = await readPortion(source, files, places, from, to);
        yield* chunks(batch, within);
      }
    },
  };
}

function* chunks(batch: RecordBatch, order: Int32Array): Generator<RecordBatch> {
  for (let from = 0; from < order.length; from += CHUNK_ROWS) {
    yield selectRows(batch, order.subarray(from, from + CHUNK_ROWS));
  }
}

/** For each row its place in an order. */
function inverse(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) places[order[k]!] = k;
  return places;
}

/** Reads the rows whose places are from `from` to before `to`, and their order. */
async function readPortion(
  source: StoredSource,
  files: readonly AddFile[],
  places: Int32Array,
  from: number,
  to: number,
): Promise<{ readonly batch: RecordBatch; readonly order: Int32Array }> {
  const order = new Int32Array(to - from);
  const parts: RecordBatch[] = [];
  let first = 0;
  let taken = 0;
  for await (const { batch } of readStored(source, files)) {
    const rows = new Int32Array(batch.numRows);
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const place = places[first + i]!;
      if (place < from || place >= to) continue;
      order[place - from] = taken + count;
      rows[count++] = i;
    }
    first += batch.numRows;
    taken += count;
    if (count > 0) parts.push(selectRows(batch, rows.subarray(0, count)));
  }
  return { batch: concatBatches(parts), order };
}
