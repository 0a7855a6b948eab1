import { plainValues, validityOf } from "@lakewright/core";
import { type Data, DataType } from "apache-arrow";
import { concatData } from "../where/concat.ts";

/** Ranges a column's values are put into; null is the first. */
export const RANGES = 4096;
/** Values looked at to find where ranges begin. */
const SAMPLE = 16 * RANGES;

/**
 * The range each value of a column falls into, of {@link RANGES} that hold about as many values each. Columns with few
 * distinct values are spread over all ranges, so that they weigh as much on a curve as the others.
 */
export function rangeRanks(data: Data): Uint16Array {
  if (!DataType.isDictionary(data.type)) return ranksOf(data, identity, data.length);
  // Each entry is ranked once, but ranges are of rows.
  const codes = data.values as Int32Array;
  return ranksOf(data, (row) => codes[row]!, data.dictionary!.length);
}

const identity = (row: number): number => row;

function ranksOf(data: Data, entryOf: (row: number) => number, entries: number): Uint16Array {
  const isValid = validityOf(data);
  const plain = DataType.isDictionary(data.type) ? oneChunk(data) : data;
  const values = plain.valueOffsets ? bytesOf(plain) : numbersOf(plain);
  const sample = sampleRows(data.length, isValid).map(entryOf).sort(values.compare);
  const rankOf = values.ranker(rangeStarts(sample, values.compare));
  const known = new Uint16Array(entries);
  const ranks = new Uint16Array(data.length);
  for (let i = 0; i < ranks.length; i++) {
    if (!isValid(i)) continue;
    const entry = entryOf(i);
    ranks[i] = known[entry] ||= rankOf(entry);
  }
  return ranks;
}

function oneChunk(data: Data): Data {
  const { data: chunks } = data.dictionary!;
  return concatData(chunks.map(plainValues));
}

/** Compares the values at two positions. */
type Compare = (a: number, b: number) => number;

interface Ordered {
  readonly compare: Compare;
  /** Gives values their rank, from 1, by the positions at which ranges begin. */
  ranker(starts: Int32Array): (position: number) => number;
}

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

/** A rank for so many starts that are not above a value, spread over all ranges. */
function spread(notAbove: number, starts: number): number {
  return Math.max(1, Math.floor((notAbove * (RANGES - 1)) / Math.max(1, starts)));
}

/** How many of ascending keys are below one, or with `orSame` not above it. */
function countBelow(keys: Float64Array, key: number, orSame: boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key || (orSame && keys[middle] === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numbersOf(data: Data): Ordered {
  const keys = keysOf(data);
  return {
    compare: (a, b) => keys[a]! - keys[b]!,
    ranker(starts) {
      const bounds = Float64Array.from(starts, (at) => keys[at]!);
      return (at) => spread(countBelow(bounds, keys[at]!, true), bounds.length);
    },
  };
}

/** Bytes that a double holds as an integer. */
const KEY_BYTES = 6;

/** Text and binary. What all starts begin with is looked at once; the bytes after it decide nearly always. */
function bytesOf(data: Data): Ordered {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const compare: Compare = (a, b) => {
    const [fromA, fromB] = [offsets[a]!, offsets[b]!];
    const lengthA = offsets[a + 1]! - fromA;
    const lengthB = offsets[b + 1]! - fromB;
    const common = Math.min(lengthA, lengthB);
    for (let k = 0; k < common; k++) {
      const difference = bytes[fromA + k]! - bytes[fromB + k]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  };
  const ranker = (starts: Int32Array): ((at: number) => number) => {
    if (starts.length === 0) return () => 1;
    const [first, last] = [offsets[starts[0]!]!, offsets[starts.at(-1)!]!];
    const most = Math.min(offsets[starts[0]! + 1]! - first, offsets[starts.at(-1)! + 1]! - last);
    let common = 0;
    while (common < most && bytes[first + common] === bytes[last + common]) common++;
    const keyOf = (at: number): number => {
      const from = offsets[at]!;
      const to = offsets[at + 1]!;
      for (let k = 0; k < common; k++) {
        const difference = from + k < to ? bytes[from + k]! - bytes[first + k]! : -1;
        if (difference !== 0) return difference < 0 ? -1 : Infinity;
      }
      let key = 0;
      for (let k = from + common; k < from + common + KEY_BYTES; k++) {
        key = key * 256 + (k < to ? bytes[k]! : 0);
      }
      return key;
    };
    const keys = Float64Array.from(starts, keyOf);
    return (at) => {
      const key = keyOf(at);
      let low = countBelow(keys, key, false);
      let high = countBelow(keys, key, true);
      // Between starts with the same key, all of the value tells.
      while (low < high) {
        const middle = (low + high) >> 1;
        if (compare(starts[middle]!, at) <= 0) low = middle + 1;
        else high = middle;
      }
      return spread(low, keys.length);
    };
  };
  return { compare, ranker };
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
