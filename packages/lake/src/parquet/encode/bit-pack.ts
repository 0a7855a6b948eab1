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

/** In two steps of at most 16 bits, since 7 pending bits and 32 more do not fit a word. */
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
    let value = values[i]!;
    for (let rest = width; rest > 0; rest -= 16) {
      pending |= (value & 0xffff) << bits;
      bits += Math.min(rest, 16);
      value >>>= 16;
      while (bits >= 8) {
        out[at++] = pending;
        pending >>>= 8;
        bits -= 8;
      }
    }
  }
  if (bits > 0) out[at++] = pending;
  return at;
}
