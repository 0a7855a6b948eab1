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

/** The up to 32 bits at a bit position, as an unsigned number. Bytes past the end count as 0. */
export function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const shift = bit & 7;
  let value = 0;
  for (let k = 0, at = bit >> 3; 8 * k < shift + count; k++, at++)
    value += (bytes[at] ?? 0) * 2 ** (8 * k);
  return Math.floor(value / 2 ** shift) % 2 ** count;
}
