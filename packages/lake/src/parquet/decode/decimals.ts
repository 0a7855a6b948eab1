import { Malformed } from "../format/malformed.ts";

/** Unscaled values as Arrow has them: 128 bits in four little-endian words. */
export function decimalsOfInt32(values: Int32Array): Uint32Array {
  const words = new Uint32Array(4 * values.length);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const value = values[i]!;
    words[at] = value;
    if (value < 0) words.fill(0xffff_ffff, at + 1, at + 4);
  }
  return words;
}

/** From pairs of little-endian words. */
export function decimalsOfInt64(pairs: Int32Array, length: number): Uint32Array {
  const words = new Uint32Array(4 * length);
  for (let i = 0, at = 0; i < length; i++, at += 4) {
    const high = pairs[2 * i + 1]!;
    words[at] = pairs[2 * i]!;
    words[at + 1] = high;
    if (high < 0) {
      words[at + 2] = 0xffff_ffff;
      words[at + 3] = 0xffff_ffff;
    }
  }
  return words;
}

/** From big-endian two's complement of one width. */
export function decimalsOfFixed(bytes: Uint8Array, width: number, length: number): Uint32Array {
  const words = new Uint32Array(4 * length);
  for (let i = 0; i < length; i++) setDecimal(words, i, bytes, i * width, (i + 1) * width);
  return words;
}

/** From big-endian two's complement of any widths; nothing is 0. */
export function decimalsOfBytes(bytes: Uint8Array, offsets: Int32Array): Uint32Array {
  const length = offsets.length - 1;
  const words = new Uint32Array(4 * length);
  for (let i = 0; i < length; i++) setDecimal(words, i, bytes, offsets[i]!, offsets[i + 1]!);
  return words;
}

function setDecimal(
  words: Uint32Array,
  i: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  const fill = to > from && bytes[from]! > 127 ? 0xff : 0;
  let start = from;
  // Wider than 128 bits only by repeating the sign.
  while (to - start > 16)
    if (bytes[start++] !== fill) throw new Malformed(`a decimal has ${to - from} bytes.`);
  if (to - from > 16 && start < to && bytes[start]! >> 7 !== fill >> 7)
    throw new Malformed(`a decimal has ${to - from} bytes.`);
  for (let word = 0, end = to; word < 4; word++, end -= 4) {
    let value = 0;
    for (let k = 0; k < 4; k++) {
      const at = end - 1 - k;
      value |= (at >= start ? bytes[at]! : fill) << (8 * k);
    }
    words[4 * i + word] = value;
  }
}
