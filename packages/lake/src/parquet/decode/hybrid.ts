import { copyBits, countBits, setBits } from "../format/bits.ts";
import { Malformed } from "../format/malformed.ts";
import { unpackBits } from "./bit-unpack.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Reads `count` numbers in runs and bit-packed groups of eight.
 * Source: parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
export function decodeHybrid(
  cursor: Cursor,
  width: number,
  out: Int32Array | Uint8Array,
  outAt: number,
  count: number,
): void {
  if (width > 32) throw new Malformed(`numbers of ${width} bits are no indices.`);
  const end = outAt + count;
  if (width === 0) {
    out.fill(0, outAt, end);
    return;
  }
  for (let at = outAt; at < end;) {
    const head = cursor.varint();
    if ((head & 1) === 0) {
      const run = Math.min(head / 2, end - at);
      if (run === 0) throw new Malformed("a run has no values.");
      out.fill(runValue(cursor, width), at, at + run);
      at += run;
    } else {
      const { here, from } = packedGroups(cursor, head, width, end - at);
      unpackBits(cursor.bytes, from, width, out, at, here);
      at += here;
    }
  }
}

/** Reads `count` bits into a bitmap, which is 0 from there on, and returns how many are set. */
export function decodeBits(
  cursor: Cursor,
  bitmap: Uint8Array,
  bitAt: number,
  count: number,
): number {
  const end = bitAt + count;
  let ones = 0;
  for (let at = bitAt; at < end;) {
    const head = cursor.varint();
    if ((head & 1) === 0) {
      const run = Math.min(head / 2, end - at);
      if (run === 0) throw new Malformed("a run has no values.");
      const value = cursor.byte();
      if (value > 1) throw new Malformed(`a level is ${value}, the highest is 1.`);
      if (value === 1) {
        setBits(bitmap, at, at + run);
        ones += run;
      }
      at += run;
    } else {
      const { here, from } = packedGroups(cursor, head, 1, end - at);
      copyBits(cursor.bytes, 8 * from, bitmap, at, here);
      ones += countBits(cursor.bytes, 8 * from, 8 * from + here);
      at += here;
    }
  }
  return ones;
}

/** Levels in the deprecated encoding BIT_PACKED, highest bit first. */
export function decodeBitPacked(
  cursor: Cursor,
  width: number,
  out: Uint8Array,
  outAt: number,
  count: number,
): void {
  const from = 8 * cursor.take(Math.ceil((count * width) / 8));
  const { bytes } = cursor;
  for (let i = 0; i < count; i++) {
    let value = 0;
    for (let bit = from + i * width; bit < from + (i + 1) * width; bit++)
      value = (value << 1) | ((bytes[bit >> 3]! >> (7 - (bit & 7))) & 1);
    out[outAt + i] = value;
  }
}

/** The value of a run. */
export function runValue(cursor: Cursor, width: number): number {
  let value = 0;
  for (let shift = 0; shift < width; shift += 8) value |= cursor.byte() << shift;
  return value;
}

/** Where a group's values begin and how many of them are wanted; the last group may be cut short by its writer. */
export function packedGroups(
  cursor: Cursor,
  head: number,
  width: number,
  wanted: number,
): { readonly here: number; readonly from: number } {
  const groups = (head - 1) / 2;
  if (groups === 0) throw new Malformed("a bit-packed run has no values.");
  const here = Math.min(groups * 8, wanted);
  const needed = Math.ceil((here * width) / 8);
  const whole = Math.min(groups * width, cursor.end - cursor.at);
  return { here, from: cursor.take(Math.max(needed, whole)) };
}
