import { Malformed } from "../format/malformed.ts";
import { unpackBits, unpackLong } from "./bit-unpack.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Reads `count` 32-bit integers encoded as differences; sums wrap around.
 * Source: parquet-format, Encodings.md, "Delta Encoding".
 */
export function decodeDelta32(cursor: Cursor, out: Int32Array, outAt: number, count: number): void {
  const blocks = openBlocks(cursor, count);
  if (!blocks) return;
  let value = blocks.first[0];
  out[outAt] = value;
  const end = outAt + count;
  let at = outAt + 1;
  for (const { minDelta, width, from, size } of miniblocks(cursor, blocks, count - 1)) {
    const here = Math.min(size, end - at);
    if (width === 0) out.fill(0, at, at + here);
    else if (width <= 32) unpackBits(cursor.bytes, from, width, out, at, here);
    else {
      // Some writers give differences of 32-bit integers more bits, of which the lower ones count.
      const words = new Int32Array(2 * here);
      unpackLong(cursor.bytes, from, width, words, here);
      for (let i = 0; i < here; i++) out[at + i] = words[2 * i]!;
    }
    const step = minDelta[0];
    for (const stop = at + here; at < stop; at++) {
      value = (value + step + out[at]!) | 0;
      out[at] = value;
    }
  }
}

/** The same of 64-bit integers, into pairs of words. */
export function decodeDelta64(cursor: Cursor, out: Int32Array, outAt: number, count: number): void {
  const blocks = openBlocks(cursor, count);
  if (!blocks) return;
  let [low, high] = blocks.first;
  out[2 * outAt] = low;
  out[2 * outAt + 1] = high;
  const scratch = new Int32Array(2 * Math.min(blocks.size, count));
  const end = 2 * (outAt + count);
  let at = 2 * (outAt + 1);
  for (const { minDelta, width, from, size } of miniblocks(cursor, blocks, count - 1)) {
    const here = Math.min(size, (end - at) / 2);
    const [minLow, minHigh] = minDelta;
    if (width === 0) scratch.fill(0, 0, here);
    else if (width <= 32) unpackBits(cursor.bytes, from, width, scratch, 0, here);
    else unpackLong(cursor.bytes, from, width, scratch, here);
    // Sums of words that are less than what was added have carried.
    if (width > 32) {
      for (let i = 0; i < here; i++, at += 2) {
        const step = (minLow + scratch[2 * i]!) | 0;
        const sum = (low + step) | 0;
        const carries = Number(step >>> 0 < minLow >>> 0) + Number(sum >>> 0 < step >>> 0);
        high = (high + minHigh + scratch[2 * i + 1]! + carries) | 0;
        low = sum;
        out[at] = low;
        out[at + 1] = high;
      }
    } else {
      for (let i = 0; i < here; i++, at += 2) {
        const step = (minLow + scratch[i]!) | 0;
        const sum = (low + step) | 0;
        const carries = Number(step >>> 0 < minLow >>> 0) + Number(sum >>> 0 < step >>> 0);
        high = (high + minHigh + carries) | 0;
        low = sum;
        out[at] = low;
        out[at + 1] = high;
      }
    }
  }
}

type Words = readonly [low: number, high: number];

interface Blocks {
  readonly first: Words;
  /** Values of a miniblock. */
  readonly size: number;
  readonly miniblocks: number;
}

interface Miniblock {
  readonly minDelta: Words;
  readonly width: number;
  readonly from: number;
  readonly size: number;
}

function openBlocks(cursor: Cursor, count: number): Blocks | undefined {
  const blockSize = cursor.varint();
  const miniblocks = cursor.varint();
  const total = cursor.varint();
  const first = cursor.zigzag64();
  if (total !== count)
    throw new Malformed(`differences are of ${total} values where ${count} are due.`);
  if (count === 0) return undefined;
  const size = blockSize / miniblocks;
  if (!Number.isInteger(size / 8) || size === 0 || size > 2 ** 20)
    throw new Malformed(`blocks of ${blockSize} values in ${miniblocks} parts are none.`);
  return { first, size, miniblocks };
}

/** The miniblocks that have values: unneeded ones at the end have a width and no bytes. */
function* miniblocks(cursor: Cursor, blocks: Blocks, count: number): Generator<Miniblock> {
  const { size } = blocks;
  for (let rest = count; rest > 0;) {
    const minDelta = cursor.zigzag64();
    const widthsAt = cursor.take(blocks.miniblocks);
    for (let k = 0; k < blocks.miniblocks && rest > 0; k++, rest -= size) {
      const width = cursor.bytes[widthsAt + k]!;
      if (width > 64) throw new Malformed(`differences have ${width} bits.`);
      yield { minDelta, width, from: cursor.take((size / 8) * width), size };
    }
  }
}
