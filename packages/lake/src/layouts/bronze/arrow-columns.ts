import { timestamp, toArrowType } from "@lakewright/core";
import { Bool, type Data, makeData, Utf8 } from "apache-arrow";
import { HEX_BYTES } from "./sha256.ts";

/** Microseconds as a column of instants; undefined is null. */
export function timestamps(values: readonly (bigint | undefined)[]): Data {
  const data = new BigInt64Array(values.length);
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  let nullCount = 0;
  for (const [k, value] of values.entries()) {
    if (value === undefined) {
      nullCount++;
      continue;
    }
    data[k] = value;
    nullBitmap[k >> 3]! |= 1 << (k & 7);
  }
  const shape = { type: toArrowType(timestamp("us").type), length: values.length, nullCount, data };
  return makeData((nullCount === 0 ? shape : { ...shape, nullBitmap }) as never) as Data;
}

export function booleans(values: readonly boolean[]): Data {
  const data = new Uint8Array((values.length + 7) >> 3);
  for (const [k, value] of values.entries()) if (value) data[k >> 3]! |= 1 << (k & 7);
  return makeData({ type: new Bool(), length: values.length, nullCount: 0, data });
}

/** Digests of some rows as text. */
export function digests(hashes: Uint8Array, rows: Int32Array): Data {
  const data = new Uint8Array(rows.length * HEX_BYTES);
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let k = 0; k < rows.length; k++) {
    const from = rows[k]! * HEX_BYTES;
    data.set(hashes.subarray(from, from + HEX_BYTES), k * HEX_BYTES);
    valueOffsets[k + 1] = (k + 1) * HEX_BYTES;
  }
  return makeData({ type: new Utf8(), length: rows.length, nullCount: 0, valueOffsets, data });
}
