import type { ByteSink } from "../format/byte-sink.ts";

/**
 * Packs values [from, to) in `width` bits each, least significant bit first, padded with zeros to a multiple of eight
 * values. Values are below 2^width; width is 0 to 32. Source: parquet-format, Encodings.md, "RLE / Bit-Packing Hybrid".
 */
export function packBits(
  sink: ByteSink,
  values: Int32Array,
  from: number,
  to: number,
  width: number,
): void {
  const size = ((to - from + 7) >> 3) * width;
  sink.reserve(size + 8);
  const end = sink.length + size;
  const out = sink.bytes;
  let at = sink.length;
  if (width === 8) {
    for (let i = from; i < to; i++) out[at++] = values[i]!;
  } else if (width === 16) {
    for (let i = from; i < to; i++) {
      out[at++] = values[i]!;
      out[at++] = values[i]! >> 8;
    }
  } else if (width <= 24) {
    let pending = 0;
    let bits = 0;
    for (let i = from; i < to; i++) {
      pending |= values[i]! << bits;
      bits += width;
      while (bits >= 8) {
        out[at++] = pending;
        pending >>>= 8;
        bits -= 8;
      }
    }
    if (bits > 0) out[at++] = pending;
  } else {
    at = packWide(out, at, values, from, to, width);
  }
  out.fill(0, at, end);
  sink.length = end;
}

/** Widths of 25 to 32: three or four whole bytes a value, and at most seven bits over. */
function packWide(
  out: Uint8Array,
  start: number,
  values: Int32Array,
  from: number,
  to: number,
  width: number,
): number {
  let at = start;
  let pending = 0;
  let bits = 0;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    const low = pending | (value << bits);
    out[at++] = low;
    out[at++] = low >> 8;
    out[at++] = low >> 16;
    if (bits + width < 32) {
      pending = low >>> 24;
      bits += width - 24;
    } else {
      out[at++] = low >> 24;
      pending = bits === 0 ? 0 : value >>> (32 - bits);
      bits += width - 32;
    }
  }
  if (bits > 0) out[at++] = pending;
  return at;
}
