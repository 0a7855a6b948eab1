import type { ByteSink } from "../format/byte-sink.ts";

/** Matches are looked for within blocks of this size, so that offsets fit two bytes. */
const BLOCK = 65_536;
const TABLE_BITS = 14;
/** Input this near the end of a block is copied as it is. */
const MARGIN = 15;
const table = new Uint16Array(1 << TABLE_BITS);

/** Appends the input in Snappy's raw format. Source: google/snappy, format_description.txt. */
export function compressSnappy(input: Uint8Array, sink: ByteSink): void {
  sink.writeVarint(input.length);
  sink.reserve(input.length + Math.ceil(input.length / 6) + 32);
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  for (let start = 0; start < input.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, input.length);
    sink.length = compressBlock(input, view, start, end, sink.bytes, sink.length);
  }
}

function compressBlock(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  out: Uint8Array,
  outAt: number,
): number {
  let at = outAt;
  let literalFrom = start;
  if (end - start > MARGIN) {
    table.fill(0);
    const limit = end - MARGIN;
    let i = start + 1;
    // The longer nothing is found, the more is skipped: 32 misses add one byte to the step.
    let skip = 32;
    while (i < limit) {
      const word = view.getInt32(i, true);
      const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - TABLE_BITS);
      const candidate = start + table[slot]!;
      table[slot] = i - start;
      if (view.getInt32(candidate, true) !== word || candidate >= i) {
        i += skip++ >> 5;
        continue;
      }
      if (i > literalFrom) at = writeLiteral(input, literalFrom, i, out, at);
      const from = i;
      i += 4;
      let match = candidate + 4;
      while (i + 4 <= end && view.getInt32(i, true) === view.getInt32(match, true)) {
        i += 4;
        match += 4;
      }
      while (i < end && input[i] === input[match]) {
        i++;
        match++;
      }
      at = writeCopy(i - from, from - candidate, out, at);
      literalFrom = i;
      skip = 32;
      if (i < limit) {
        const before = Math.imul(view.getInt32(i - 1, true), 0x1e35a7bd) >>> (32 - TABLE_BITS);
        table[before] = i - 1 - start;
      }
    }
  }
  return literalFrom < end ? writeLiteral(input, literalFrom, end, out, at) : at;
}

function writeLiteral(
  input: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  outAt: number,
): number {
  let at = outAt;
  const last = to - from - 1;
  if (last < 60) {
    out[at++] = last << 2;
  } else if (last < 256) {
    out[at++] = 60 << 2;
    out[at++] = last;
  } else {
    out[at++] = 61 << 2;
    out[at++] = last;
    out[at++] = last >> 8;
  }
  if (last < 40) {
    for (let i = from; i < to; i++) out[at++] = input[i]!;
    return at;
  }
  out.set(input.subarray(from, to), at);
  return at + to - from;
}

function writeCopy(length: number, offset: number, out: Uint8Array, outAt: number): number {
  let at = outAt;
  let rest = length;
  // A rest of fewer than four bytes would have no short form.
  while (rest >= 68) {
    at = writeLongCopy(64, offset, out, at);
    rest -= 64;
  }
  if (rest > 64) {
    at = writeLongCopy(60, offset, out, at);
    rest -= 60;
  }
  if (rest >= 12 || offset >= 2048) return writeLongCopy(rest, offset, out, at);
  out[at++] = ((offset >> 8) << 5) | ((rest - 4) << 2) | 1;
  out[at++] = offset;
  return at;
}

function writeLongCopy(length: number, offset: number, out: Uint8Array, at: number): number {
  out[at] = ((length - 1) << 2) | 2;
  out[at + 1] = offset;
  out[at + 2] = offset >> 8;
  return at + 3;
}
