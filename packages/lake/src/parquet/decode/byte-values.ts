import { Encoding } from "../format/constants.ts";
import { ByteSink } from "../format/byte-sink.ts";
import { Malformed } from "../format/malformed.ts";
import type { ChunkValues } from "./chunk-values.ts";
import type { Cursor } from "./cursor.ts";
import { decodeDelta32 } from "./delta.ts";
import { notRead } from "./encodings.ts";
import { pickIndices, readIndices } from "./indices.ts";

/** Longer values are copied by the runtime, shorter ones faster here. */
const SHORT = 32;
/** Offsets of a column are 32-bit. */
const MOST_BYTES = 2 ** 31 - 1;

/** Bytes, and where in them each value begins and the last ends. */
interface Texts {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** Values of any length: their bytes one after another, and where each begins. */
export class ByteValues implements ChunkValues {
  count = 0;
  private readonly sink = new ByteSink(0);
  private dictionary: ByteValues | undefined;
  private readonly capacity: number;
  private ends: Int32Array | undefined;
  /** Values as their places in the dictionary, as long as every page has them so and that is wanted. */
  private codes: Int32Array | undefined;
  private keepsCodes: boolean;

  /** @param capacity - values there may be at most */
  constructor(capacity: number, keepsCodes = false) {
    this.capacity = capacity;
    this.keepsCodes = keepsCodes;
  }

  /** Where each value begins and the last ends: one more than there are values. */
  get offsets(): Int32Array {
    return (this.ends ??= new Int32Array(this.capacity + 1));
  }

  /** The values as places in a dictionary; undefined where they are bytes. */
  get coded(): { readonly codes: Int32Array; readonly dictionary: ByteValues } | undefined {
    const { codes, dictionary } = this;
    return codes && dictionary && { codes, dictionary };
  }

  get bytes(): Uint8Array {
    return this.sink.view();
  }

  /** Makes room for about so many bytes at once, which spares copies. */
  expect(count: number): void {
    if (count > this.sink.length) this.sink.reserve(count - this.sink.length);
  }

  readDictionary(cursor: Cursor, count: number): void {
    if (4 * count > cursor.end - cursor.at)
      throw new Malformed(`a dictionary of ${count} values has ${cursor.end - cursor.at} bytes.`);
    this.dictionary = new ByteValues(count);
    this.dictionary.read(Encoding.PLAIN, cursor, count);
    // A few rows are not worth a large dictionary.
    if (count > this.capacity) this.keepsCodes = false;
  }

  read(encoding: number, cursor: Cursor, count: number): void {
    const isCoded = isDictionary(encoding);
    if (!isCoded && count > 0) this.writeOut();
    switch (encoding) {
      case Encoding.PLAIN:
        this.readPlain(cursor, count);
        break;
      case Encoding.PLAIN_DICTIONARY:
      case Encoding.RLE_DICTIONARY:
        this.gather(cursor, count);
        break;
      case Encoding.DELTA_LENGTH_BYTE_ARRAY:
        this.readLengths(cursor, count);
        break;
      case Encoding.DELTA_BYTE_ARRAY:
        this.readPrefixes(cursor, count);
        break;
      default:
        throw notRead(encoding);
    }
    this.count += count;
  }

  pick(encoding: number, cursor: Cursor, count: number, places: Int32Array): void {
    if (isDictionary(encoding)) {
      const { dictionary } = this;
      if (!dictionary) throw noDictionary();
      const isKept = this.keepsCodes;
      const indices = isKept ? this.allCodes() : new Int32Array(places.length);
      pickIndices(cursor, places, count, dictionary.count, indices, isKept ? this.count : 0);
      if (!isKept) this.append(indices, places.length, this.count, dictionary);
    } else {
      if (places.length > 0) this.writeOut();
      this.append(places, places.length, this.count, textsOf(encoding, cursor, count));
    }
    this.count += places.length;
  }

  private readPlain(cursor: Cursor, count: number): void {
    const { offsets } = this;
    const { bytes, end } = cursor;
    const out = this.room(cursor.end - cursor.at);
    let to = this.sink.length;
    let at = cursor.at;
    for (let i = this.count; i < this.count + count; i++) {
      if (end - at < 4) throw pastEnd();
      const length =
        (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>>
        0;
      at += 4;
      if (length > end - at) throw pastEnd();
      if (length < SHORT) for (let k = 0; k < length; k++) out[to + k] = bytes[at + k]!;
      else out.set(bytes.subarray(at, at + length), to);
      at += length;
      to += length;
      offsets[i + 1] = to;
    }
    cursor.at = at;
    this.sink.length = to;
  }

  private gather(cursor: Cursor, count: number): void {
    const { dictionary } = this;
    if (!dictionary) throw noDictionary();
    if (this.keepsCodes) {
      readIndices(cursor, count, dictionary.count, this.allCodes(), this.count);
      return;
    }
    const indices = new Int32Array(count);
    readIndices(cursor, count, dictionary.count, indices, 0);
    this.append(indices, count, this.count, dictionary);
  }

  private allCodes(): Int32Array {
    return (this.codes ??= new Int32Array(this.capacity));
  }

  /** Gives up the codes of the values so far. */
  private writeOut(): void {
    const { codes, dictionary } = this;
    this.keepsCodes = false;
    this.codes = undefined;
    if (codes && dictionary) this.append(codes, this.count, 0, dictionary);
  }

  private append(indices: Int32Array, count: number, at: number, texts: Texts): void {
    const { offsets } = this;
    const from = texts.offsets;
    let total = 0;
    for (let i = 0; i < count; i++) total += from[indices[i]! + 1]! - from[indices[i]!]!;
    const { bytes } = texts;
    const out = this.room(total);
    let to = this.sink.length;
    for (let i = 0; i < count; i++) {
      let k = from[indices[i]!]!;
      const end = from[indices[i]! + 1]!;
      if (end - k < SHORT) {
        while (k < end) out[to++] = bytes[k++]!;
      } else {
        out.set(bytes.subarray(k, end), to);
        to += end - k;
      }
      offsets[at + i + 1] = to;
    }
    this.sink.length = to;
  }

  private readLengths(cursor: Cursor, count: number): void {
    const { offsets } = this;
    const first = this.count + 1;
    decodeDelta32(cursor, offsets, first, count);
    let to = this.sink.length;
    for (let i = first; i < first + count; i++) {
      if (offsets[i]! < 0) throw negativeLength();
      to += offsets[i]!;
      offsets[i] = to;
    }
    const total = to - this.sink.length;
    const from = cursor.take(total);
    this.room(total);
    this.sink.writeBytes(cursor.bytes.subarray(from, from + total));
  }

  /** Each value as how much it shares with the one before, and the rest. */
  private readPrefixes(cursor: Cursor, count: number): void {
    const prefixes = readLengths(cursor, count);
    const suffixes = readLengths(cursor, count);
    let total = 0;
    for (let i = 0; i < count; i++) {
      // What values share was in the page once, so a page cannot say how much it makes.
      if (prefixes[i]! > (i === 0 ? 0 : prefixes[i - 1]! + suffixes[i - 1]!))
        throw new Malformed("a value shares more with the one before than that has.");
      total += prefixes[i]! + suffixes[i]!;
    }
    const out = this.room(total);
    let to = this.sink.length;
    let before = to;
    for (let i = 0; i < count; i++) {
      const start = to;
      for (let k = 0; k < prefixes[i]!; k++) out[to++] = out[before + k]!;
      const from = cursor.take(suffixes[i]!);
      for (let k = 0; k < suffixes[i]!; k++) out[to++] = cursor.bytes[from + k]!;
      before = start;
      this.offsets[this.count + i + 1] = to;
    }
    this.sink.length = to;
  }

  /** The bytes, with room for more. */
  private room(count: number): Uint8Array {
    if (this.sink.length + count > MOST_BYTES)
      throw new Malformed("a column of one row group has more than 2 GiB of text.");
    this.sink.reserve(count);
    return this.sink.bytes;
  }
}

/** The values of a page, where their bytes stand side by side not copied. */
function textsOf(encoding: number, cursor: Cursor, count: number): Texts {
  if (encoding !== Encoding.DELTA_LENGTH_BYTE_ARRAY) {
    const page = new ByteValues(count);
    page.read(encoding, cursor, count);
    return page;
  }
  const lengths = readLengths(cursor, count);
  const offsets = new Int32Array(count + 1);
  let end = 0;
  for (let i = 0; i < count; i++) {
    end += lengths[i]!;
    if (end > MOST_BYTES) throw pastEnd();
    offsets[i + 1] = end;
  }
  const from = cursor.take(end);
  return { offsets, bytes: cursor.bytes.subarray(from, from + end) };
}

function readLengths(cursor: Cursor, count: number): Int32Array {
  const lengths = new Int32Array(count);
  decodeDelta32(cursor, lengths, 0, count);
  for (let i = 0; i < count; i++) if (lengths[i]! < 0) throw negativeLength();
  return lengths;
}

function isDictionary(encoding: number): boolean {
  return encoding === Encoding.PLAIN_DICTIONARY || encoding === Encoding.RLE_DICTIONARY;
}

function noDictionary(): Malformed {
  return new Malformed("a page needs a dictionary, and there is none.");
}

function negativeLength(): Malformed {
  return new Malformed("a length is negative.");
}

function pastEnd(): Malformed {
  return new Malformed("a text leads past the end of its page.");
}
