import { copyBits, countBits, setBits } from "../format/bits.ts";
import type { Data } from "apache-arrow";

/** Values of one Arrow column: all of [from, to), or those at `indices`. */
export interface Part {
  readonly data: Data;
  readonly from: number;
  readonly to: number;
  readonly indices?: Int32Array | undefined;
  readonly count: number;
}

/** Where the values of a leaf stand among its slots. A slot is a place for a value: a row, or an element of a list. */
export interface Levels {
  readonly slots: number;
  /** Slots with a value. */
  readonly values: number;
  /** A bit a slot, where levels are 0 and 1 and not all 1. */
  readonly validity?: Uint8Array | undefined;
  /** A level a slot, for leaves in lists, maps and nullable structs. */
  readonly definition?: Uint8Array | undefined;
  /** A level a slot, for leaves in lists and maps. */
  readonly repetition?: Uint8Array | undefined;
}

/** The values of a leaf in a row group, and where they stand. */
export interface Placed {
  readonly levels: Levels;
  readonly parts: readonly Part[];
}

/** Whether any value of [from, to) is null, by the bitmap: a slice does not know its count without looking. */
export function hasNulls(data: Data, from: number, to: number): boolean {
  const { nullBitmap } = data;
  if (!nullBitmap || nullBitmap.length === 0 || data.nullCount === 0) return false;
  return countBits(nullBitmap, data.offset + from, data.offset + to) < to - from;
}

/** The indices of [from, to) that are not null. */
function validIndices(data: Data, from: number, to: number): Int32Array {
  const indices = new Int32Array(to - from);
  return indices.subarray(0, listSetBits(data.nullBitmap, data.offset, from, to, indices));
}

/** Lists the i of [from, to) whose bit `offset + i` is set; how many they are. */
function listSetBits(
  bits: Uint8Array,
  offset: number,
  from: number,
  to: number,
  indices: Int32Array,
): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const at = offset + i;
    indices[count] = i;
    count += (bits[at >> 3]! >> (at & 7)) & 1;
  }
  return count;
}

/** The values of a column without lists, maps and structs, over several batches. */
export function flatLevels(slices: readonly Part[]): Placed {
  const slots = slices.reduce((sum, { from, to }) => sum + to - from, 0);
  const nulls = slices.map(({ data, from, to }) => hasNulls(data, from, to));
  if (!nulls.includes(true)) return { levels: { slots, values: slots }, parts: slices };
  const validity = new Uint8Array((slots + 7) >> 3);
  let at = 0;
  let values = 0;
  const parts = slices.map((slice, k): Part => {
    const { data, from, to } = slice;
    if (nulls[k]) copyBits(data.nullBitmap, data.offset + from, validity, at, to - from);
    else setBits(validity, at, at + to - from);
    at += to - from;
    const indices = nulls[k] ? validIndices(data, from, to) : undefined;
    const count = indices?.length ?? to - from;
    values += count;
    return { data, from, to, indices, count };
  });
  return { levels: { slots, values, validity }, parts };
}
