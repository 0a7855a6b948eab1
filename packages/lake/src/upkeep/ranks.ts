import { validityOf } from "@lakewright/core";
import { type Data, DataType } from "apache-arrow";

/** Ranges a column's values are put into; null is the first. */
export const RANGES = 4096;
/** Values looked at to find where ranges begin. */
const SAMPLE = 16 * RANGES;

/**
 * The range each value of a column falls into, of {@link RANGES} that hold about as many values each. Columns with few
 * distinct values are spread over all ranges, so that they weigh as much on a curve as the others.
 */
export function rangeRanks(data: Data): Uint16Array {
  if (DataType.isDictionary(data.type)) return codedRanks(data);
  const isValid = validityOf(data);
  const values = data.valueOffsets ? bytesOf(data) : numbersOf(data);
  const sample = sampleRows(data.length, isValid).sort(values.compare);
  const starts = rangeStarts(sample, values.compare);
  const ranks = new Uint16Array(data.length);
  const scale = (RANGES - 1) / Math.max(1, starts.length);
  for (let i = 0; i < ranks.length; i++) {
    if (!isValid(i)) continue;
    ranks[i] = Math.max(1, Math.floor(upperBound(starts, i, values.compare) * scale));
  }
  return ranks;
}

/** Text as a dictionary: each entry is ranked once, but ranges are of rows. */
function codedRanks(data: Data): Uint16Array {
  const codes = data.values as ArrayLike<number>;
  const isValid = validityOf(data);
  const { compare } = bytesOf(data.dictionary!.data[0]!);
  const sample = sampleRows(data.length, isValid)
    .map((row) => codes[row]!)
    .sort(compare);
  const starts = rangeStarts(sample, compare);
  const scale = (RANGES - 1) / Math.max(1, starts.length);
  const known = new Uint16Array(data.dictionary!.length);
  const ranks = new Uint16Array(data.length);
  for (let i = 0; i < ranks.length; i++) {
    if (!isValid(i)) continue;
    const code = codes[i]!;
    known[code] ||= Math.max(1, Math.floor(upperBound(starts, code, compare) * scale));
    ranks[i] = known[code]!;
  }
  return ranks;
}

/** Compares the values at two positions. */
type Compare = (a: number, b: number) => number;

/** Rows that have a value, evenly over the column. */
function sampleRows(rows: number, isValid: (row: number) => boolean): Int32Array {
  const step = Math.max(1, rows / SAMPLE);
  const sample = new Int32Array(Math.min(rows, SAMPLE));
  let count = 0;
  for (let k = 0; k < sample.length; k++) {
    const row = Math.floor(k * step);
    if (isValid(row)) sample[count++] = row;
  }
  return sample.subarray(0, count);
}

/** Positions of values at which ranges begin, distinct and ascending. */
function rangeStarts(sorted: Int32Array, compare: Compare): Int32Array {
  const wanted = Math.min(sorted.length, RANGES - 1);
  const starts = new Int32Array(wanted);
  let count = 0;
  for (let k = 0; k < wanted; k++) {
    const at = sorted[Math.floor((k * sorted.length) / wanted)]!;
    if (count === 0 || compare(starts[count - 1]!, at) < 0) starts[count++] = at;
  }
  return starts.subarray(0, count);
}

/** How many of the starts are not above the value at a position. */
function upperBound(starts: Int32Array, position: number, compare: Compare): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(starts[middle]!, position) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bytesOf(data: Data): { readonly compare: Compare } {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  return {
    compare(a, b) {
      const [fromA, fromB] = [offsets[a]!, offsets[b]!];
      const lengthA = offsets[a + 1]! - fromA;
      const lengthB = offsets[b + 1]! - fromB;
      const common = Math.min(lengthA, lengthB);
      for (let k = 0; k < common; k++) {
        const difference = bytes[fromA + k]! - bytes[fromB + k]!;
        if (difference !== 0) return difference;
      }
      return lengthA - lengthB;
    },
  };
}

function numbersOf(data: Data): { readonly compare: Compare } {
  const keys = keysOf(data);
  return { compare: (a, b) => keys[a]! - keys[b]! };
}

const WORD = 2 ** 32;
/** Stands in for infinity, which has no difference from itself; NaN is above every number, as Spark sorts it. */
const ABOVE = Number.MAX_VALUE / 4;

/** Numbers in the order of the values. 64 bits and more lose their last digits: ranges need no more. */
function keysOf(data: Data): ArrayLike<number> {
  const { type, length } = data;
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array;
    return Uint8Array.from(
      { length },
      (_, i) => (bits[(data.offset + i) >> 3]! >> ((data.offset + i) & 7)) & 1,
    );
  }
  if (DataType.isFloat(type)) {
    return Float64Array.from(data.values as Float64Array, (value) =>
      Number.isNaN(value) ? ABOVE : Math.min(ABOVE, Math.max(-ABOVE, value)),
    );
  }
  const source = data.values as Int32Array | BigInt64Array;
  const words = source.byteLength / 4 / length;
  if (words <= 1) return source as Int32Array;
  const low = new Uint32Array(source.buffer, source.byteOffset, words * length);
  const high = new Int32Array(source.buffer, source.byteOffset, words * length);
  const keys = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    let key = high[(i + 1) * words - 1]!;
    for (let k = words - 2; k >= 0; k--) key = key * WORD + low[i * words + k]!;
    keys[i] = key;
  }
  return keys;
}
