import type { LogicalType } from "@lakewright/core";
import type { ChunkStatistics } from "../format/footer.ts";
import { decimalOfBytes, longOfWords, smallestAndLargest64 } from "./extremes.ts";
import { bytesExtremes, compareBytes } from "./byte-extremes.ts";
import type { Values } from "./values.ts";

/** Text longer than this is cut in the footer, which every reader of the file has to load. */
const LONGEST = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value as it is compared: text as its UTF-8 bytes. */
export type Comparable = number | bigint | Uint8Array;

export interface Extremes {
  readonly min: Comparable;
  readonly max: Comparable;
}

/**
 * Smallest and largest value in the order the format gives the type; undefined where there is no value, or no order.
 * NaN is no candidate. Source: parquet-format, parquet.thrift, ColumnOrder.
 */
export function extremesOf(type: LogicalType, values: Values): Extremes | undefined {
  if (values.count === 0) return undefined;
  switch (values.kind) {
    case "words32":
      return type.kind === "float32"
        ? floatExtremes(floatsOf(values.words, Float32Array))
        : intExtremes(type, values.words);
    case "words64": {
      if (type.kind === "float64") return floatExtremes(floatsOf(values.words, Float64Array));
      const unsigned = type.kind === "uint64";
      const [min, max] = smallestAndLargest64(values.words, values.count, unsigned);
      return {
        min: longOfWords(values.words, min, unsigned),
        max: longOfWords(values.words, max, unsigned),
      };
    }
    case "fixed":
      return fixedExtremes(values.bytes, values.width, values.count);
    case "bytes":
      return type.kind === "binary"
        ? undefined
        : bytesExtremes(values.bytes, values.offsets, values.count);
    case "codes":
      return type.kind === "binary"
        ? undefined
        : bytesExtremes(values.dictionary.bytes, values.dictionary.offsets, values.dictionary.size);
    case "bits":
      return undefined;
  }
}

/** NaN values among floats; 0 for other types. */
export function countNaN(type: LogicalType, values: Values): number {
  if (values.kind === "words32" && type.kind === "float32") {
    return nanCount(floatsOf(values.words, Float32Array));
  }
  if (values.kind === "words64" && type.kind === "float64") {
    return nanCount(floatsOf(values.words, Float64Array));
  }
  return 0;
}

/** The wider of two extremes. */
export function widened(a: Extremes | undefined, b: Extremes | undefined): Extremes | undefined {
  if (!a || !b) return a ?? b;
  return {
    min: compare(b.min, a.min) < 0 ? b.min : a.min,
    max: compare(b.max, a.max) > 0 ? b.max : a.max,
  };
}

/** The struct Statistics of a column chunk. */
export function chunkStatistics(
  type: LogicalType,
  physicalBytes: number,
  nullCount: number,
  extremes: Extremes | undefined,
): ChunkStatistics {
  if (!extremes) return { nullCount };
  const { min, max } = extremes;
  if (min instanceof Uint8Array && max instanceof Uint8Array) {
    const upper = max.length > LONGEST ? cutUp(max) : max;
    return {
      nullCount,
      min: cutDown(min),
      max: upper,
      minExact: min.length <= LONGEST,
      maxExact: upper && upper === max,
    };
  }
  const isFloat = type.kind === "float32" || type.kind === "float64";
  return {
    nullCount,
    // Readers may keep the zeros apart, so each bound is the zero that covers both.
    min: storedBytes(type, physicalBytes, isFloat && min === 0 ? -0 : (min as number | bigint)),
    max: storedBytes(type, physicalBytes, isFloat && max === 0 ? 0 : (max as number | bigint)),
    minExact: true,
    maxExact: true,
  };
}

function compare(a: Comparable, b: Comparable): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return compareBytes(a, 0, a.length, b, 0, b.length);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function floatsOf<A>(
  words: Int32Array | Uint32Array,
  make: new (buffer: ArrayBufferLike, offset: number, length: number) => A,
): A {
  const width = words instanceof Int32Array ? 4 : 8;
  return new make(words.buffer, words.byteOffset, words.byteLength / width);
}

function floatExtremes(floats: Float32Array | Float64Array): Extremes | undefined {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < floats.length; i++) {
    const value = floats[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Only where every value is NaN.
  if (min > max) return undefined;
  return { min: min + 0, max: max + 0 };
}

function nanCount(floats: Float32Array | Float64Array): number {
  let count = 0;
  for (let i = 0; i < floats.length; i++) if (floats[i] !== floats[i]) count++;
  return count;
}

function intExtremes(type: LogicalType, words: Int32Array): Extremes {
  // Flipping the highest bit makes signed comparison compare unsigned values.
  const flip = type.kind === "uint32" ? 0x8000_0000 | 0 : 0;
  let min = words[0]! ^ flip;
  let max = min;
  for (let i = 1; i < words.length; i++) {
    const value = words[i]! ^ flip;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (type.kind === "decimal") return { min: BigInt(min), max: BigInt(max) };
  return flip ? { min: (min ^ flip) >>> 0, max: (max ^ flip) >>> 0 } : { min, max };
}

function fixedExtremes(bytes: Uint8Array, width: number, count: number): Extremes {
  let min = 0;
  let max = 0;
  for (let i = 1; i < count; i++) {
    if (compareDecimals(bytes, width, i, min) < 0) min = i;
    if (compareDecimals(bytes, width, i, max) > 0) max = i;
  }
  return {
    min: decimalOfBytes(bytes, min * width, width),
    max: decimalOfBytes(bytes, max * width, width),
  };
}

/** Big-endian two's complement: the first byte has the sign, the others compare as they are. */
function compareDecimals(bytes: Uint8Array, width: number, a: number, b: number): number {
  const sign = (bytes[a * width]! ^ 0x80) - (bytes[b * width]! ^ 0x80);
  if (sign !== 0) return sign;
  for (let k = 1; k < width; k++) {
    const difference = bytes[a * width + k]! - bytes[b * width + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function storedBytes(type: LogicalType, size: number, value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (type.kind === "float32") view.setFloat32(0, Number(value), true);
  else if (type.kind === "float64") view.setFloat64(0, Number(value), true);
  else if (size === 4) view.setInt32(0, Number(value), true);
  else if (size === 8) view.setBigInt64(0, BigInt(value), true);
  else {
    let rest = BigInt(value);
    for (let k = size - 1; k >= 0; k--, rest >>= 8n) bytes[k] = Number(rest & 0xffn);
  }
  return bytes;
}

/** A prefix, on a character boundary: no greater than the text. */
function cutDown(text: Uint8Array): Uint8Array {
  if (text.length <= LONGEST) return text;
  let end = LONGEST;
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return text.slice(0, end);
}

/** A text of at most that length that is greater; undefined where there is none. */
function cutUp(text: Uint8Array): Uint8Array | undefined {
  const prefix = decoder.decode(cutDown(text));
  const characters = [...prefix];
  while (characters.length > 0) {
    const code = characters.pop()!.codePointAt(0)!;
    // The next code point; U+D800 to U+DFFF are no characters.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    if (next <= 0x10_ffff) {
      const bound = encoder.encode(characters.join("") + String.fromCodePoint(next));
      // Bytes that are no UTF-8 decode to something else, which may sort before them.
      return compareBytes(bound, 0, bound.length, text, 0, text.length) > 0 ? bound : undefined;
    }
  }
  return undefined;
}
