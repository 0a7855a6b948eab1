/**
 * Reads `count` numbers of `width` bits, lowest bit first, into `out` from `outAt` on. The caller has checked that the
 * bytes are there. Widths are 1 to 32.
 */
export function unpackBits(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Int32Array | Uint32Array | Uint8Array,
  outAt: number,
  count: number,
): void {
  if (width === 8) {
    for (let i = 0; i < count; i++) out[outAt + i] = bytes[from + i]!;
    return;
  }
  if (width === 16) {
    for (let i = 0, at = from; i < count; i++, at += 2)
      out[outAt + i] = bytes[at]! | (bytes[at + 1]! << 8);
    return;
  }
  if (width > 25) {
    unpackWide(bytes, from, width, out, outAt, count);
    return;
  }
  const mask = (1 << width) - 1;
  const end = outAt + count;
  let at = from;
  let held = 0;
  let bits = 0;
  for (let i = outAt; i < end; i++) {
    while (bits < width) {
      held |= bytes[at++]! << bits;
      bits += 8;
    }
    out[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

/** Up to 40 bits are held, more than an int32 has. */
function unpackWide(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Int32Array | Uint32Array | Uint8Array,
  outAt: number,
  count: number,
): void {
  const modulus = 2 ** width;
  let at = from;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    while (bits < width) {
      held += bytes[at++]! * 2 ** bits;
      bits += 8;
    }
    const rest = Math.floor(held / modulus);
    out[outAt + i] = held - rest * modulus;
    held = rest;
    bits -= width;
  }
}

/**
 * Reads `count` numbers of `width` bits, 33 to 64, as pairs of words from the start of `out`: the low word first. Bytes past
 * the end count as 0.
 */
export function unpackLong(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Int32Array,
  count: number,
): void {
  const mask = width === 64 ? -1 : (1 << (width - 32)) - 1;
  const needed = Math.ceil((count * width) / 8);
  // The last number is read up to nine bytes from where it begins, which may be past the end.
  const whole = from + needed + 9 <= bytes.length;
  const source = whole ? bytes : padded(bytes.subarray(from, from + needed), needed + 9);
  let at = whole ? from : 0;
  let shift = 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const low =
      source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
    const high =
      source[at + 4]! | (source[at + 5]! << 8) | (source[at + 6]! << 16) | (source[at + 7]! << 24);
    if (shift === 0) {
      out[i] = low;
      out[i + 1] = high & mask;
    } else {
      out[i] = (low >>> shift) | (high << (32 - shift));
      out[i + 1] = ((high >>> shift) | (source[at + 8]! << (32 - shift))) & mask;
    }
    shift += width;
    at += shift >> 3;
    shift &= 7;
  }
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes);
  return result;
}
