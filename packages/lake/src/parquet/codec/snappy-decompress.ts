import { Malformed } from "../format/malformed.ts";

/** Longer pieces are copied by the runtime, shorter ones faster here. */
const SHORT = 24;

/** Content grows to no more than this many times its size: three bytes make 64. */
const MOST_RATIO = 32;
/** Room that is kept for the next page. */
const MOST_KEPT = 8 * 2 ** 20;

/**
 * A decompressor of Snappy's raw format. What it returns is good until its next call, which uses the same memory.
 * Source: google/snappy, format_description.txt.
 */
export function snappyDecompressor(): (input: Uint8Array, size: number) => Uint8Array {
  let room = new Uint8Array(0);
  return (input, size) => {
    if (size > MOST_RATIO * input.length)
      throw new Malformed(`Snappy data of ${input.length} bytes cannot make ${size}.`);
    if (size > MOST_KEPT) return decompressSnappy(input, new Uint8Array(size));
    if (size > room.length) room = new Uint8Array(Math.min(MOST_KEPT, 2 * size));
    return decompressSnappy(input, room.subarray(0, size));
  };
}

/** Fills `out`, whose size the data must have. */
function decompressSnappy(input: Uint8Array, out: Uint8Array): Uint8Array {
  const size = out.length;
  let at = 0;
  let stated = 0;
  for (let factor = 1; ; factor *= 128) {
    if (at >= input.length || at === 5) throw new Malformed("Snappy data has no length.");
    const byte = input[at++]!;
    stated += (byte & 127) * factor;
    if (byte < 128) break;
  }
  if (stated !== size)
    throw new Malformed(`Snappy data of ${stated} bytes is in a page of ${size}.`);
  let to = 0;
  while (at < input.length) {
    const tag = input[at++]!;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const count = length - 60;
        length = 1;
        for (let k = 0; k < count; k++) length += (input[at + k] ?? 0) * 2 ** (8 * k);
        at += count;
      }
      if (length > input.length - at || length > size - to) throw tooFar();
      if (length < SHORT) for (let k = 0; k < length; k++) out[to + k] = input[at + k]!;
      else out.set(input.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    let length: number;
    let offset: number;
    if ((tag & 3) === 1) {
      if (at + 1 > input.length) throw tooFar();
      length = ((tag >> 2) & 7) + 4;
      offset = ((tag >> 5) << 8) | input[at]!;
      at += 1;
    } else if ((tag & 3) === 2) {
      if (at + 2 > input.length) throw tooFar();
      length = (tag >> 2) + 1;
      offset = input[at]! | (input[at + 1]! << 8);
      at += 2;
    } else {
      if (at + 4 > input.length) throw tooFar();
      length = (tag >> 2) + 1;
      offset =
        (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) >>>
        0;
      at += 4;
    }
    if (offset === 0 || offset > to || length > size - to) throw tooFar();
    const from = to - offset;
    if (length < SHORT || offset < length) {
      // Byte by byte: a copy may repeat what it has just written.
      for (let k = 0; k < length; k++) out[to + k] = out[from + k]!;
    } else {
      out.copyWithin(to, from, from + length);
    }
    to += length;
  }
  if (to !== size) throw new Malformed(`Snappy data ends after ${to} of ${size} bytes.`);
  return out;
}

function tooFar(): Malformed {
  return new Malformed("Snappy data points outside of itself.");
}
