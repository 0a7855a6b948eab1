import { type Column, parseText } from "@lakewright/core";
import {
  type Data,
  type DataType,
  Dictionary,
  Int32,
  makeData,
  makeVector,
  Utf8,
} from "apache-arrow";
import { ByteDictionary, FNV_BASIS, FNV_PRIME } from "../../parquet/encode/byte-dictionary.ts";
import { type Buffers, ByteColumn, grown, Mark, Token } from "./byte-column.ts";
import { isUtf8 } from "./utf8.ts";

/** From this size on, a call that copies bytes beats a loop. */
const WORTH_A_CALL = 64;

/** Byte strings one after the other, with the offsets Arrow wants. */
export class VarBytes {
  bytes: Uint8Array = new Uint8Array(1024);
  offsets: Int32Array = new Int32Array(1);

  grow(capacity: number): void {
    this.offsets = grown(this.offsets, capacity + 1, Int32Array);
  }

  /** Whether all of them are ASCII. */
  write(source: Uint8Array, from: number, to: number, row: number): boolean {
    const start = this.offsets[row]!;
    const end = start + to - from;
    if (end > this.bytes.length)
      this.bytes = grown(this.bytes, Math.max(end, 2 * this.bytes.length), Uint8Array);
    this.offsets[row + 1] = end;
    const { bytes } = this;
    if (to - from > WORTH_A_CALL) {
      bytes.set(source.subarray(from, to), start);
      return false;
    }
    let all = 0;
    for (let at = start, i = from; i < to; i++, at++) {
      const c = source[i]!;
      bytes[at] = c;
      all |= c;
    }
    return all < 0x80;
  }

  /** Writes the text that begins at `at`, up to the byte that ends it; its position, or -1 where there is none or no room. */
  scan(source: Uint8Array, at: number, row: number, marks: Uint8Array): number {
    const { bytes } = this;
    const room = bytes.length;
    let out = this.offsets[row]!;
    let all = 0;
    let end = at;
    let c = source[end]!;
    while (marks[c] === Mark.PART) {
      if (out === room) return -1;
      bytes[out++] = c;
      all |= c;
      c = source[++end]!;
    }
    if (marks[c] !== Mark.END) return -1;
    this.offsets[row + 1] = out;
    return all < 0x80 || isUtf8(source, at, end) ? end : -1;
  }

  writeNothing(row: number): void {
    this.offsets[row + 1] = this.offsets[row]!;
  }

  take(length: number): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
    const end = this.offsets[length]!;
    const taken = {
      valueOffsets: this.offsets.subarray(0, length + 1),
      data: this.bytes.subarray(0, end),
    };
    // Some more, as a batch like this one needs.
    this.bytes = new Uint8Array(Math.max(end + (end >> 3), 1024));
    this.offsets = new Int32Array(this.offsets.length);
    return taken;
  }
}

/** Text as UTF-8, copied from the input. */
export class TextColumn extends ByteColumn {
  readonly tokens: number = Token.TEXT;
  override readonly scans: number = Token.TEXT;
  private readonly values = new VarBytes();

  override putBlank(row: number): void {
    super.putBlank(row);
    this.values.writeNothing(row);
  }

  override scan(bytes: Uint8Array, at: number, row: number, marks: Uint8Array): number {
    return this.values.scan(bytes, at, row, marks);
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    return this.values.write(bytes, from, to, row) || isUtf8(bytes, from, to);
  }

  protected growValues(capacity: number): void {
    this.values.grow(capacity);
  }

  protected take(length: number): Buffers {
    return this.values.take(length);
  }
}

/** Up to this many distinct values a dictionary is always kept. */
const SMALL = 4096;
/** In the first rows, values come for the first time that will come again. */
const FIRST_ROWS = 1 << 16;
const MOST_DISTINCT = 0.5;
const MOST_DISTINCT_FIRST = 0.95;
/** A dictionary is begun anew with a batch when it has become larger than this. */
const MOST_ENTRIES = 1 << 17;
const MOST_BYTES = 1 << 24;

/**
 * Text with repeated values: each distinct value once, and a code a row. A column that turns out to have mostly distinct
 * values is given up as plain text, for this batch and those to come.
 */
export class DictionaryColumn extends ByteColumn {
  readonly tokens: number = Token.TEXT;
  override readonly scans: number = Token.TEXT;
  private readonly arrowType = new Dictionary(new Utf8(), new Int32());
  private dictionary = new ByteDictionary();
  private codes: Int32Array = new Int32Array(0);
  /** Codes of entries that are no UTF-8: no row keeps one. */
  private bad: Set<number> | undefined;
  /** Rows that the dictionary has served, in batches before this one. */
  private served = 0;
  private plain: VarBytes | undefined;

  override putBlank(row: number): void {
    super.putBlank(row);
    if (this.plain) this.plain.writeNothing(row);
    else this.codes[row] = 0;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const { plain, dictionary } = this;
    if (plain) return plain.write(bytes, from, to, row) || isUtf8(bytes, from, to);
    const { size } = dictionary;
    const code = dictionary.add(bytes, from, to);
    this.codes[row] = code;
    if (code === size) return this.begin(code, bytes, from, to, row);
    return this.bad === undefined || !this.bad.has(code);
  }

  override scan(bytes: Uint8Array, at: number, row: number, marks: Uint8Array): number {
    const { plain, dictionary } = this;
    if (plain) return plain.scan(bytes, at, row, marks);
    let hash = FNV_BASIS;
    let end = at;
    let c = bytes[end]!;
    while (marks[c] === Mark.PART) {
      hash = Math.imul(hash ^ c, FNV_PRIME);
      c = bytes[++end]!;
    }
    if (marks[c] !== Mark.END) return -1;
    const { size } = dictionary;
    const code = dictionary.addHashed(bytes, at, end, hash);
    this.codes[row] = code;
    if (code === size) return this.begin(code, bytes, at, end, row) ? end : -1;
    return this.bad !== undefined && this.bad.has(code) ? -1 : end;
  }

  /** Takes a value that came for the first time; false where it is no text. */
  private begin(code: number, bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (!isUtf8(bytes, from, to)) {
      (this.bad ??= new Set()).add(code);
      return false;
    }
    const rows = this.served + row;
    const most = rows < FIRST_ROWS ? MOST_DISTINCT_FIRST : MOST_DISTINCT;
    if (code > SMALL && code > most * rows) this.giveUp(row, bytes, from, to);
    return true;
  }

  protected growValues(capacity: number): void {
    if (this.plain) this.plain.grow(capacity);
    else this.codes = grown(this.codes, capacity, Int32Array);
  }

  protected take(length: number): Buffers & { readonly type?: DataType } {
    if (this.plain) return this.plain.take(length);
    const { dictionary } = this;
    const values = utf8Data(
      dictionary.offsets.subarray(0, dictionary.size + 1),
      dictionary.bytes.subarray(0, dictionary.byteLength),
      dictionary.size,
    );
    const data = this.codes.subarray(0, length);
    this.codes = new Int32Array(this.codes.length);
    this.served += length;
    if (dictionary.size > MOST_ENTRIES || dictionary.byteLength > MOST_BYTES) {
      this.dictionary = new ByteDictionary();
      this.bad = undefined;
      this.served = 0;
    }
    return { type: this.arrowType, data, dictionary: makeVector(values) };
  }

  /** Turns the rows so far into plain text, and the text of the row under way, which is not marked as valid yet. */
  private giveUp(rows: number, bytes: Uint8Array, from: number, to: number): void {
    const { codes, dictionary, valid } = this;
    const plain = new VarBytes();
    plain.grow(codes.length);
    for (let row = 0; row < rows; row++) {
      if (valid[row] === 0) {
        plain.writeNothing(row);
      } else {
        const code = codes[row]!;
        plain.write(
          dictionary.bytes,
          dictionary.offsets[code]!,
          dictionary.offsets[code + 1]!,
          row,
        );
      }
    }
    plain.write(bytes, from, to, rows);
    this.plain = plain;
    this.dictionary = new ByteDictionary();
    this.codes = new Int32Array(0);
  }
}

function utf8Data(valueOffsets: Int32Array, data: Uint8Array, length: number): Data<Utf8> {
  return makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data });
}

/** Text of a closed list of values. */
export class OneOfColumn extends ByteColumn {
  readonly tokens: number = Token.TEXT;
  override readonly scans: number = Token.TEXT;
  private readonly arrowType = new Dictionary(new Utf8(), new Int32());
  private readonly values = new ByteDictionary();
  /** Further texts met, which are none of the values. */
  private readonly known: number;
  private codes: Int32Array = new Int32Array(0);
  private readonly asDictionary: boolean;

  constructor(column: Column, values: readonly string[], asDictionary: boolean) {
    super(column);
    this.asDictionary = asDictionary;
    for (const value of values) {
      const bytes = new TextEncoder().encode(value);
      this.values.add(bytes, 0, bytes.length);
    }
    this.known = this.values.size;
  }

  override scan(bytes: Uint8Array, at: number, row: number, marks: Uint8Array): number {
    if (this.values.size > this.known + SMALL) return -1;
    let hash = FNV_BASIS;
    let end = at;
    let c = bytes[end]!;
    while (marks[c] === Mark.PART) {
      hash = Math.imul(hash ^ c, FNV_PRIME);
      c = bytes[++end]!;
    }
    if (marks[c] !== Mark.END) return -1;
    const code = this.values.addHashed(bytes, at, end, hash);
    this.codes[row] = code;
    return code < this.known ? end : -1;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.values.size > this.known + SMALL) return this.readRare(bytes, from, to, row);
    const code = this.values.add(bytes, from, to);
    this.codes[row] = code;
    return code < this.known;
  }

  protected growValues(capacity: number): void {
    this.codes = grown(this.codes, capacity, Int32Array);
  }

  override putBlank(row: number): void {
    super.putBlank(row);
    this.codes[row] = 0;
  }

  protected take(length: number): Buffers & { readonly type?: DataType } {
    const { offsets, bytes } = this.values;
    const codes = this.codes.subarray(0, length);
    this.codes = new Int32Array(this.codes.length);
    if (this.asDictionary) {
      const end = offsets[this.known]!;
      const values = utf8Data(
        offsets.subarray(0, this.known + 1),
        bytes.subarray(0, end),
        this.known,
      );
      return { type: this.arrowType, data: codes, dictionary: makeVector(values) };
    }
    const plain = new VarBytes();
    plain.grow(length);
    for (let row = 0; row < length; row++) {
      if (this.valid[row] === 0) plain.writeNothing(row);
      else plain.write(bytes, offsets[codes[row]!]!, offsets[codes[row]! + 1]!, row);
    }
    return plain.take(length);
  }

  /** Once so many other texts have come, they are no longer remembered. */
  private readRare(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const text = new TextDecoder().decode(bytes.subarray(from, to));
    const code = (this.type as { values: readonly string[] }).values.indexOf(text);
    this.codes[row] = Math.max(code, 0);
    return code >= 0 && parseText(this.type, text).ok;
  }
}

/** Bytes as base64 text. */
export class BinaryColumn extends ByteColumn {
  readonly tokens: number = Token.TEXT;
  private readonly values = new VarBytes();

  override putBlank(row: number): void {
    super.putBlank(row);
    this.values.writeNothing(row);
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    let binary: string;
    try {
      binary = atob(new TextDecoder("latin1").decode(bytes.subarray(from, to)));
    } catch {
      return false;
    }
    const value = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    this.values.write(value, 0, value.length, row);
    return true;
  }

  protected growValues(capacity: number): void {
    this.values.grow(capacity);
  }

  protected take(length: number): Buffers {
    return this.values.take(length);
  }
}
