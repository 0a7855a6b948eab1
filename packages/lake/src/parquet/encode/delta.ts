import type { ByteSink } from "../format/byte-sink.ts";
import { bitWidth } from "../format/bits.ts";
import { packBits } from "./bit-pack.ts";

/** Values of a block, in four groups that each have a bit width of their own; as parquet-java writes it. */
const BLOCK = 128;
const GROUPS = 4;
const GROUP = BLOCK / GROUPS;
const HIGH = 0x1_0000_0000;

/** Fills `deltas` with value i - value i - 1 for i in [from, from + count), from > 0. */
export type FillDeltas = (
  words: Int32Array | Uint32Array,
  deltas: Float64Array,
  from: number,
  count: number,
) => void;

/** Differences of 32-bit integers, wrapped to 32 bits as the format wants. */
export function fillDeltas32(
  words: Int32Array | Uint32Array,
  deltas: Float64Array,
  from: number,
  count: number,
): void {
  let before = words[from - 1]!;
  for (let k = 0; k < count; k++) {
    const word = words[from + k]!;
    deltas[k] = (word - before) | 0;
    before = word;
  }
}

/** Differences of 64-bit integers whose smallest and largest are less than 2^51 apart, so that doubles are exact. */
export function fillDeltas64(
  words: Int32Array | Uint32Array,
  deltas: Float64Array,
  from: number,
  count: number,
): void {
  let low = words[2 * from - 2]!;
  let high = words[2 * from - 1]! | 0;
  for (let k = 0; k < count; k++) {
    const nextLow = words[2 * (from + k)]!;
    const nextHigh = words[2 * (from + k) + 1]! | 0;
    deltas[k] = (nextHigh - high) * HIGH + (nextLow - low);
    low = nextLow;
    high = nextHigh;
  }
}

/** Differences of the lengths of byte strings, given their offsets. */
export function fillLengthDeltas(
  offsets: Int32Array | Uint32Array,
  deltas: Float64Array,
  from: number,
  count: number,
): void {
  let before = offsets[from]! - offsets[from - 1]!;
  for (let k = 0; k < count; k++) {
    const length = offsets[from + k + 1]! - offsets[from + k]!;
    deltas[k] = length - before;
    before = length;
  }
}

/**
 * Writes values [from, to) as DELTA_BINARY_PACKED. `writeFirst` writes the first as a zigzag varint.
 * Source: parquet-format, Encodings.md, "Delta Encoding".
 */
export function encodeDelta(
  sink: ByteSink,
  words: Int32Array | Uint32Array,
  from: number,
  to: number,
  writeFirst: () => void,
  fill: FillDeltas,
): void {
  sink.writeVarint(BLOCK);
  sink.writeVarint(GROUPS);
  sink.writeVarint(to - from);
  if (to > from) writeFirst();
  else sink.writeByte(0);
  const deltas = new Float64Array(BLOCK);
  const low = new Int32Array(GROUP);
  for (let i = from + 1; i < to; i += BLOCK) {
    const count = Math.min(BLOCK, to - i);
    fill(words, deltas, i, count);
    const least = smallest(deltas, count);
    sink.writeZigzag(least);
    sink.reserve(GROUPS + BLOCK * 8 + 8);
    const widthsAt = sink.length;
    sink.length += GROUPS;
    for (let group = 0; group < GROUPS; group++) {
      const start = group * GROUP;
      const size = Math.max(0, Math.min(GROUP, count - start));
      const width = size === 0 ? 0 : widthOf(deltas, start, size, least);
      sink.bytes[widthsAt + group] = width;
      if (width === 0) continue;
      if (width > 32) {
        packDoubles(sink, deltas, start, size, least, width);
        continue;
      }
      for (let k = 0; k < size; k++) low[k] = deltas[start + k]! - least;
      low.fill(0, size);
      packBits(sink, low, 0, GROUP, width);
    }
  }
}

/** Bytes a value takes, judged by up to eight blocks spread over the values. */
export function sampleDeltaBytes(
  words: Int32Array | Uint32Array,
  count: number,
  fill: FillDeltas,
): number {
  if (count < 2) return 8;
  const deltas = new Float64Array(BLOCK);
  const blocks = Math.min(8, Math.ceil((count - 1) / BLOCK));
  const step = Math.floor((count - 1) / blocks);
  let bits = 0;
  let values = 0;
  for (let block = 0; block < blocks; block++) {
    const from = 1 + block * step;
    const size = Math.min(BLOCK, count - from);
    fill(words, deltas, from, size);
    const least = smallest(deltas, size);
    for (let start = 0; start < size; start += GROUP) {
      bits += GROUP * widthOf(deltas, start, Math.min(GROUP, size - start), least);
    }
    // The block's own head: its smallest difference and the widths of its groups.
    bits += 8 * (GROUPS + 4);
    values += size;
  }
  return bits / 8 / values;
}

function smallest(deltas: Float64Array, count: number): number {
  let least = deltas[0]!;
  for (let k = 1; k < count; k++) if (deltas[k]! < least) least = deltas[k]!;
  return least;
}

function widthOf(deltas: Float64Array, start: number, size: number, least: number): number {
  let most = 0;
  for (let k = start; k < start + size; k++) {
    const value = deltas[k]! - least;
    if (value > most) most = value;
  }
  return most < HIGH ? bitWidth(most) : 32 + bitWidth(Math.floor(most / HIGH));
}

function packDoubles(
  sink: ByteSink,
  deltas: Float64Array,
  start: number,
  size: number,
  least: number,
  width: number,
): void {
  const out = sink.bytes;
  const end = sink.length + (GROUP / 8) * width;
  let at = sink.length;
  let pending = 0;
  let bits = 0;
  for (let k = 0; k < size; k++) {
    const value = deltas[start + k]! - least;
    const high = Math.floor(value / HIGH);
    const low = (value - high * HIGH) | 0;
    const word = pending | (low << bits);
    out[at] = word;
    out[at + 1] = word >> 8;
    out[at + 2] = word >> 16;
    out[at + 3] = word >> 24;
    at += 4;
    // At most 53 - 32 bits and the seven that were over: one word holds them.
    pending = (bits === 0 ? 0 : low >>> (32 - bits)) | (high << bits);
    for (bits += width - 32; bits >= 8; bits -= 8) {
      out[at++] = pending;
      pending >>>= 8;
    }
  }
  if (bits > 0) out[at++] = pending;
  out.fill(0, at, end);
  sink.length = end;
}
