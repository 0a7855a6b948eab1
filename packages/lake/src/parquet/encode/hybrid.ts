import type { ByteSink } from "../format/byte-sink.ts";
import { packBits } from "./bit-pack.ts";

/**
 * Writes values [from, to) as runs of equal values and bit-packed groups of eight.
 * Source: parquet-format, Encodings.md, "RLE / Bit-Packing Hybrid".
 */
export function encodeHybrid(
  sink: ByteSink,
  values: Int32Array,
  from: number,
  to: number,
  width: number,
): void {
  // A run costs about six bytes: its header, its value and the header of the packed group after it.
  const worthARun = Math.max(8, Math.ceil(48 / width));
  let packedFrom = from;
  let i = from;
  while (i < to) {
    const value = values[i]!;
    let end = i + 1;
    while (end < to && values[end] === value) end++;
    if (end - i >= worthARun) {
      // Packed values come in eights: the first of the run fill up the group before it.
      const runFrom = packedFrom + ((i - packedFrom + 7) & ~7);
      if (end - runFrom >= worthARun) {
        writePacked(sink, values, packedFrom, runFrom, width);
        writeRun(sink, value, end - runFrom, width);
        packedFrom = end;
      }
    }
    i = end;
  }
  writePacked(sink, values, packedFrom, to, width);
}

/** Writes `count` times the same value. */
export function writeRun(sink: ByteSink, value: number, count: number, width: number): void {
  sink.writeVarint(count * 2);
  for (let shift = 0; shift < width; shift += 8) sink.writeByte(value >>> shift);
}

/** Writes the bits [0, count) as levels of one bit each. */
export function encodeBitLevels(sink: ByteSink, bits: Uint8Array, count: number): void {
  const bytes = (count + 7) >> 3;
  const whole = count >> 3;
  let packedFrom = 0;
  let i = 0;
  while (i < whole) {
    const byte = bits[i]!;
    let end = i + 1;
    if (byte === 0 || byte === 0xff) {
      while (end < whole && bits[end] === byte) end++;
      if (end - i >= 8) {
        writePackedBytes(sink, bits, packedFrom, i);
        writeRun(sink, byte & 1, 8 * (end - i), 1);
        packedFrom = end;
      }
    }
    i = end;
  }
  writePackedBytes(sink, bits, packedFrom, bytes);
}

function writePacked(
  sink: ByteSink,
  values: Int32Array,
  from: number,
  to: number,
  width: number,
): void {
  if (from === to) return;
  sink.writeVarint((((to - from + 7) >> 3) << 1) | 1);
  packBits(sink, values, from, to, width);
}

function writePackedBytes(sink: ByteSink, bytes: Uint8Array, from: number, to: number): void {
  if (from === to) return;
  sink.writeVarint(((to - from) << 1) | 1);
  sink.writeBytes(bytes.subarray(from, to));
}
