import type { Data } from "apache-arrow";

/** Bytes from which on copying them at once is faster than one by one. */
const LONG = 24;

export type Fixed = Int32Array | Uint32Array | Float64Array | BigInt64Array;

export function selectValidity(
  { nullCount, nullBitmap, offset }: Data,
  rows: Int32Array,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  const bits = nullCount > 0 && nullBitmap?.length ? nullBitmap : undefined;
  if (!bits && !rows.includes(-1)) return { nullCount: 0 };
  const { bitmap, count } = selectBits(bits, offset, rows);
  const nulls = rows.length - count;
  return nulls === 0 ? { nullCount: 0 } : { nullCount: nulls, nullBitmap: bitmap };
}

/** Bits by index, and how many are set; all are where there are none. */
export function selectBits(
  bits: Uint8Array | undefined,
  offset: number,
  rows: Int32Array,
): { readonly bitmap: Uint8Array; readonly count: number } {
  const bitmap = new Uint8Array((rows.length + 7) >> 3);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]! < 0) continue;
    const at = offset + rows[i]!;
    const bit = bits ? (bits[at >> 3]! >> (at & 7)) & 1 : 1;
    bitmap[i >> 3]! |= bit << (i & 7);
    count += bit;
  }
  return { bitmap, count };
}

/** @param stride - how many of them a value has: at most 16 bytes, no 12 */
export function selectFixed<A extends Fixed>(values: A, stride: number, rows: Int32Array): A {
  const result = new (values.constructor as new (length: number) => A)(rows.length * stride);
  const words = (values.BYTES_PER_ELEMENT * stride) / 4;
  if (words < 1) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row >= 0) result[i] = values[row]!;
    }
    return result;
  }
  // One kind of array, whatever the type: faster by half, and 64-bit integers never become bigints.
  const from = new Int32Array(values.buffer, values.byteOffset, words * (values.length / stride));
  const to = new Int32Array(result.buffer);
  if (words === 1) {
    for (let i = 0; i < rows.length; i++) if (rows[i]! >= 0) to[i] = from[rows[i]!]!;
  } else if (words === 2) {
    for (let i = 0; i < rows.length; i++) {
      const at = 2 * rows[i]!;
      if (at < 0) continue;
      to[2 * i] = from[at]!;
      to[2 * i + 1] = from[at + 1]!;
    }
  } else {
    for (let i = 0; i < rows.length; i++) {
      const at = 4 * rows[i]!;
      if (at < 0) continue;
      to[4 * i] = from[at]!;
      to[4 * i + 1] = from[at + 1]!;
      to[4 * i + 2] = from[at + 2]!;
      to[4 * i + 3] = from[at + 3]!;
    }
  }
  return result;
}

function selectOffsets(offsets: Int32Array, rows: Int32Array): Int32Array {
  const valueOffsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    valueOffsets[i + 1] = valueOffsets[i]! + (row < 0 ? 0 : offsets[row + 1]! - offsets[row]!);
  }
  return valueOffsets;
}

export function selectBytes(
  source: Data,
  rows: Int32Array,
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const offsets = source.valueOffsets as Int32Array;
  const bytes = source.values as Uint8Array;
  const valueOffsets = selectOffsets(offsets, rows);
  const data = new Uint8Array(valueOffsets[rows.length]!);
  for (let i = 0; i < rows.length;) {
    const first = i++;
    const row = rows[first]!;
    if (row < 0) continue;
    // Neighbours stay neighbours: their bytes are copied together.
    while (i < rows.length && rows[i] === row + i - first) i++;
    let at = valueOffsets[first]!;
    const from = offsets[row]!;
    const end = offsets[row + i - first]!;
    if (end - from > LONG) data.set(bytes.subarray(from, end), at);
    else for (let k = from; k < end; k++) data[at++] = bytes[k]!;
  }
  return { valueOffsets, data };
}

export function selectRanges(
  offsets: Int32Array,
  rows: Int32Array,
): { readonly valueOffsets: Int32Array; readonly items: Int32Array } {
  const valueOffsets = selectOffsets(offsets, rows);
  const items = new Int32Array(valueOffsets[rows.length]!);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < 0) continue;
    let at = valueOffsets[i]!;
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) items[at++] = k;
  }
  return { valueOffsets, items };
}
