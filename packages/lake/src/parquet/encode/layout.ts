import { Encoding, Physical } from "../format/constants.ts";
import { bitWidth, copyBits } from "../format/bits.ts";
import type { ByteSink } from "../format/byte-sink.ts";
import { type ByteDictionary, restartedDictionary } from "./byte-dictionary.ts";
import {
  encodeDelta,
  fillDeltas32,
  fillDeltas64,
  fillLengthDeltas,
  sampleDeltaBytes,
} from "./delta.ts";
import { longOfWords } from "./extremes.ts";
import { encodeHybrid } from "./hybrid.ts";
import { scratchBytes, scratchInt32 } from "./scratch.ts";
import type { Bits, Codes, FixedBytes, VarBytes, Words32, Words64 } from "./values.ts";

/** How the values of a column chunk are written. */
export interface Layout {
  readonly encoding: number;
  /** The entries of the dictionary page, in PLAIN encoding. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly size: number } | undefined;
  /** The end of a page that starts at value `from` and holds about `maxBytes`; at least one value after. */
  limit(from: number, maxBytes: number): number;
  write(sink: ByteSink, from: number, to: number): void;
}

export function codesLayout(codes: Int32Array, entries: Uint8Array, size: number): Layout {
  // One bit where none would do: a width of 0 is legal, and some readers trip over it.
  const width = Math.max(1, bitWidth(size - 1));
  return {
    encoding: Encoding.RLE_DICTIONARY,
    dictionary: { bytes: entries, size },
    limit: fixedLimit(codes.length, width / 8),
    write(sink, from, to) {
      sink.writeByte(width);
      encodeHybrid(sink, codes, from, to, width);
    },
  };
}

/** Words, or decimals, as they are. */
export function plainLayout(values: Words32 | Words64 | FixedBytes): Layout {
  const bytes = bytesOf(values);
  const width = values.count === 0 ? 1 : bytes.length / values.count;
  return {
    encoding: Encoding.PLAIN,
    limit: fixedLimit(values.count, width),
    write(sink, from, to) {
      sink.writeBytes(bytes.subarray(from * width, to * width));
    },
  };
}

export function bitsLayout({ bits, count }: Bits): Layout {
  return {
    encoding: Encoding.PLAIN,
    limit: fixedLimit(count, 1 / 8),
    write(sink, from, to) {
      const size = (to - from + 7) >> 3;
      sink.reserve(size);
      const out = sink.bytes.subarray(sink.length, sink.length + size).fill(0);
      copyBits(bits, from, out, 0, to - from);
      sink.length += size;
    },
  };
}

/**
 * Lengths as deltas, then the bytes side by side: smaller than PLAIN, which puts four bytes before every value, and
 * copied in one go. Spark (from 3.4), pyarrow, DuckDB, polars, Trino and arrow-rs read it.
 */
export function textLayout({ offsets, bytes, count }: VarBytes): Layout {
  return {
    encoding: Encoding.DELTA_LENGTH_BYTE_ARRAY,
    limit(from, maxBytes) {
      let low = from + 1;
      let high = Math.max(low, count);
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (offsets[middle]! - offsets[from]! + middle - from <= maxBytes) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    write(sink, from, to) {
      const writeFirst = (): void => sink.writeZigzag(offsets[from + 1]! - offsets[from]!);
      encodeDelta(sink, offsets, from, to, writeFirst, fillLengthDeltas);
      sink.writeBytes(bytes.subarray(offsets[from], offsets[to]));
    },
  };
}

/**
 * Integers as bit-packed differences, which makes keys and event times that grow small. Read by Spark (from 3.3),
 * pyarrow, DuckDB, polars, Trino and arrow-rs. Undefined where the numbers do not allow it or it saves too little.
 */
export function deltaLayout(values: Words32 | Words64): (Layout & { bytes: number }) | undefined {
  const { words, count } = values;
  const long = values.kind === "words64";
  if (long && !deltasAreExact(values.words)) return undefined;
  const fill = long ? fillDeltas64 : fillDeltas32;
  const perValue = sampleDeltaBytes(words, count, fill);
  if (perValue > (long ? 8 : 4) * 0.75) return undefined;
  return {
    encoding: Encoding.DELTA_BINARY_PACKED,
    bytes: perValue * count,
    limit: fixedLimit(count, perValue),
    write(sink, from, to) {
      const writeFirst = long
        ? () => writeZigzag64(sink, longOfWords(values.words, from, false))
        : () => sink.writeZigzag(words[from]!);
      encodeDelta(sink, words, from, to, writeFirst, fill);
    },
  };
}

/** A dictionary of more bytes than this has to have had repeated values. */
const TRIAL_BYTES = 1 << 18;
/** Above this share of distinct values in the trial there are none to speak of. */
const HOPELESS = 0.95;

/** The dictionary of byte strings, undefined as soon as it is clear that it would not pay. */
export function codesOfText({ offsets, bytes, count }: VarBytes): Codes | undefined {
  const dictionary = restartedDictionary();
  const codes = scratchInt32(count);
  for (let i = 0; i < count; i++) {
    codes[i] = dictionary.add(bytes, offsets[i]!, offsets[i + 1]!);
    const { size } = dictionary;
    if (size > 4096 && 2 * size > i) return undefined;
    // Long texts, as documents are, cost more to try.
    if (dictionary.byteLength > TRIAL_BYTES && size > HOPELESS * i) return undefined;
  }
  return { kind: "codes", count, codes, dictionary };
}

/** The byte strings that codes stand for. */
export function textOfCodes({ codes, count, dictionary }: Codes): VarBytes {
  const { bytes: entries, offsets: ends } = dictionary;
  const offsets = scratchInt32(count + 1);
  offsets[0] = 0;
  for (let i = 0; i < count; i++) {
    offsets[i + 1] = offsets[i]! + ends[codes[i]! + 1]! - ends[codes[i]!]!;
  }
  const bytes = scratchBytes(offsets[count]!);
  for (let i = 0; i < count; i++) {
    bytes.set(entries.subarray(ends[codes[i]!], ends[codes[i]! + 1]), offsets[i]);
  }
  return { kind: "bytes", count, offsets, bytes };
}

/** The entries of a text dictionary in PLAIN encoding: the length of each in four bytes before it. */
export function plainEntries({ bytes, offsets, size }: ByteDictionary): Uint8Array {
  const plain = scratchBytes(4 * size + offsets[size]!);
  const view = new DataView(plain.buffer, plain.byteOffset);
  let at = 0;
  for (let i = 0; i < size; i++) {
    const from = offsets[i]!;
    const to = offsets[i + 1]!;
    view.setInt32(at, to - from, true);
    at += 4;
    for (let k = from; k < to; k++) plain[at++] = bytes[k]!;
  }
  return plain;
}

/** The bytes of words as a little-endian machine holds them, which is how the format wants them. */
export function bytesOf(values: Words32 | Words64 | FixedBytes): Uint8Array {
  if (values.kind === "fixed") return values.bytes;
  const { buffer, byteOffset, byteLength } = values.words;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether a type's values are integers, so that their differences are. */
export function isInteger(physical: number): boolean {
  return physical === Physical.INT32 || physical === Physical.INT64;
}

function fixedLimit(count: number, width: number): Layout["limit"] {
  return (from, maxBytes) => Math.min(count, from + Math.max(1, Math.floor(maxBytes / width)));
}

/** Whether smallest and largest are so near that their difference is an exact double, with room for two more bits. */
function deltasAreExact(words: Uint32Array): boolean {
  let least = 0x7fff_ffff;
  let most = -0x8000_0000;
  for (let i = 1; i < words.length; i += 2) {
    const high = words[i]! | 0;
    if (high < least) least = high;
    if (high > most) most = high;
  }
  return most - least < 2 ** 18;
}

function writeZigzag64(sink: ByteSink, value: bigint): void {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  while (rest > 127n) {
    sink.writeByte(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  sink.writeByte(Number(rest));
}
