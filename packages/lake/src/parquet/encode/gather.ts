import { type Data, DataType } from "apache-arrow";
import { Physical } from "../format/constants.ts";
import { copyBits } from "../format/bits.ts";
import type { WriteLeaf } from "../schema/write-tree.ts";
import { gatherText } from "./gather-text.ts";
import type { Part } from "./levels.ts";
import { restartScratch, scratchInt32, scratchUint32 } from "./scratch.ts";
import type { Bits, FixedBytes, Values, Words32, Words64 } from "./values.ts";

/**
 * The values of a leaf, copied out of its Arrow columns into the form the format stores. They last until those of the next
 * are gathered.
 */
export function gatherValues(leaf: WriteLeaf, parts: readonly Part[], count: number): Values {
  restartScratch();
  switch (leaf.type.type) {
    case Physical.BOOLEAN:
      return gatherBits(parts, count);
    case Physical.INT32:
    case Physical.FLOAT:
      return gather32(parts, count);
    case Physical.INT64:
    case Physical.DOUBLE:
      return gather64(parts, count);
    case Physical.FIXED:
      return gatherDecimals(parts, count, leaf.type.typeLength!);
    default:
      return gatherText(parts, count);
  }
}

function gatherBits(parts: readonly Part[], count: number): Bits {
  const bits = new Uint8Array((count + 7) >> 3);
  let out = 0;
  for (const { data, from, to, indices } of parts) {
    const source = data.values as Uint8Array;
    if (!indices) {
      copyBits(source, data.offset + from, bits, out, to - from);
      out += to - from;
      continue;
    }
    takeBits(source, data.offset, indices, bits, out);
    out += indices.length;
  }
  return { kind: "bits", count, bits };
}

// The loops are functions of typed arrays and numbers alone: V8 throws away code that knows the shape of an object when the
// collector finds no object of that shape alive, as it does between two files.

function takeBits(
  source: Uint8Array,
  offset: number,
  indices: Int32Array,
  bits: Uint8Array,
  start: number,
): void {
  for (let k = 0; k < indices.length; k++) {
    const at = offset + indices[k]!;
    const out = start + k;
    bits[out >> 3]! |= ((source[at >> 3]! >> (at & 7)) & 1) << (out & 7);
  }
}

function gather32(parts: readonly Part[], count: number): Words32 {
  const words = scratchInt32(count);
  let out = 0;
  for (const { data, from, to, indices } of parts) {
    const { source, stride } = words32Of(data);
    if (!indices && stride === 1) {
      words.set(source.subarray(from, to), out);
      out += to - from;
    } else if (!indices) {
      copyStrided(source, stride, from, to, words, out);
      out += to - from;
    } else {
      take32(source, stride, indices, words, out);
      out += indices.length;
    }
  }
  return { kind: "words32", count, words };
}

function copyStrided(
  source: Int32Array,
  stride: number,
  from: number,
  to: number,
  words: Int32Array,
  start: number,
): void {
  for (let i = from; i < to; i++) words[start + i - from] = source[stride * i]!;
}

function take32(
  source: Int32Array,
  stride: number,
  indices: Int32Array,
  words: Int32Array,
  start: number,
): void {
  for (let k = 0; k < indices.length; k++) words[start + k] = source[stride * indices[k]!]!;
}

/** Narrow integers are widened; a decimal's first word is the value where 9 digits suffice. */
function words32Of(data: Data): { source: Int32Array; stride: number } {
  const values = data.values as Int32Array | Uint32Array | Float32Array | Int8Array;
  const stride = DataType.isDecimal(data.type) ? 4 : 1;
  return values.BYTES_PER_ELEMENT === 4
    ? { source: new Int32Array(values.buffer, values.byteOffset, values.length), stride }
    : { source: Int32Array.from(values), stride };
}

function gather64(parts: readonly Part[], count: number): Words64 {
  const words = scratchUint32(2 * count);
  let out = 0;
  for (const { data, from, to, indices } of parts) {
    const values = data.values as BigInt64Array | Float64Array | Uint32Array;
    const source = new Uint32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
    const stride = DataType.isDecimal(data.type) ? 4 : 2;
    if (!indices && stride === 2) {
      words.set(source.subarray(2 * from, 2 * to), out);
      out += 2 * (to - from);
    } else if (!indices) {
      copyPairs(source, stride, from, to, words, out);
      out += 2 * (to - from);
    } else {
      takePairs(source, stride, indices, words, out);
      out += 2 * indices.length;
    }
  }
  return { kind: "words64", count, words };
}

function copyPairs(
  source: Uint32Array,
  stride: number,
  from: number,
  to: number,
  words: Uint32Array,
  start: number,
): void {
  let out = start;
  for (let i = from; i < to; i++) {
    words[out++] = source[stride * i]!;
    words[out++] = source[stride * i + 1]!;
  }
}

function takePairs(
  source: Uint32Array,
  stride: number,
  indices: Int32Array,
  words: Uint32Array,
  start: number,
): void {
  let out = start;
  for (let k = 0; k < indices.length; k++) {
    const at = stride * indices[k]!;
    words[out++] = source[at]!;
    words[out++] = source[at + 1]!;
  }
}

/** Decimals of more than 18 digits: big-endian two's complement of as few bytes as the precision needs. */
function gatherDecimals(parts: readonly Part[], count: number, width: number): FixedBytes {
  const bytes = new Uint8Array(count * width);
  let end = 0;
  for (const { data, from, to, indices } of parts) {
    const words = data.values as Uint32Array;
    const size = indices?.length ?? to - from;
    for (let k = 0; k < size; k++) {
      const at = 4 * (indices ? indices[k]! : from + k);
      end += width;
      for (let b = 0; b < width; b++) bytes[end - 1 - b] = words[at + (b >> 2)]! >>> (8 * (b & 3));
    }
  }
  return { kind: "fixed", count, width, bytes };
}
