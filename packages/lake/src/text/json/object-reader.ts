import type { ByteColumn } from "../columns/byte-column.ts";
import { readValue, skipValue } from "./read-value.ts";
import {
  closingQuote,
  CLOSE_BRACE,
  COLON,
  COMMA,
  jsonText,
  plainEnd,
  QUOTE,
  skipBlanks,
} from "./tokens.ts";

/** Names that are remembered beside those of columns. */
const MOST_KEYS = 4096;

/** A name as it is written, quotes included. */
interface Key {
  readonly bytes: Uint8Array;
  /** Position of its column; -1 where it has none. */
  readonly index: number;
}

/**
 * Reads JSON objects into columns, without making one. Names come in any order: after each, the one is tried first that
 * followed it in the object before.
 */
export class ObjectReader {
  private readonly columns: readonly ByteColumn[];
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly rejectUnknown: boolean;
  private readonly keys: Key[] = [];
  private readonly keyOf = new Map<string, number>();
  /** By the number of a key plus one (0 begins the object): the key expected next. */
  private readonly next: number[] = [];
  /** By column, the number of the object that had it last. */
  private readonly seen: Float64Array;
  private objects = 0;

  constructor(names: readonly string[], columns: readonly ByteColumn[], rejectUnknown: boolean) {
    this.columns = columns;
    this.indexOf = new Map(names.map((name, k) => [name, k]));
    this.rejectUnknown = rejectUnknown;
    this.seen = new Float64Array(columns.length);
    const encoder = new TextEncoder();
    for (const [index, name] of names.entries()) {
      this.remember({ bytes: encoder.encode(JSON.stringify(name)), index });
      this.next[index] = index;
    }
    this.next[names.length] = 0;
  }

  /**
   * Reads the object whose brace is at `at` into a row. Columns it does not name are null.
   *
   * @returns the position after it; -1 where it is no JSON, or a value does not fit its column.
   */
  read(bytes: Uint8Array, at: number, row: number): number {
    const { columns, seen, keys, next } = this;
    const object = ++this.objects;
    let found = 0;
    let before = 0;
    at = skipBlanks(bytes, at + 1);
    if (bytes[at] === CLOSE_BRACE) return this.fillUp(object, 0, row) ? at + 1 : -1;
    for (;;) {
      let number = next[before]!;
      let key = keys[number]!;
      if (matches(bytes, at, key.bytes)) {
        at += key.bytes.length;
      } else {
        const end = nameEnd(bytes, at);
        if (end < 0) return -1;
        const other = this.keyAt(bytes, at, end);
        if (other === undefined) return -1;
        key = other.key;
        number = other.number;
        if (number >= 0) next[before] = number;
        at = end;
      }
      if (bytes[at] !== COLON) {
        at = skipBlanks(bytes, at);
        if (bytes[at] !== COLON) return -1;
      }
      if (bytes[++at]! <= 32) at = skipBlanks(bytes, at);
      const { index } = key;
      if (index < 0) {
        if (this.rejectUnknown) return -1;
        at = skipValue(bytes, at);
      } else {
        at = readValue(columns[index]!, bytes, at, row);
        if (seen[index] !== object) {
          seen[index] = object;
          found++;
        }
      }
      if (at < 0) return -1;
      if (bytes[at]! <= 32) at = skipBlanks(bytes, at);
      const c = bytes[at++];
      if (c === CLOSE_BRACE) return this.fillUp(object, found, row) ? at : -1;
      if (c !== COMMA) return -1;
      if (bytes[at]! <= 32) at = skipBlanks(bytes, at);
      before = number + 1;
    }
  }

  private fillUp(object: number, found: number, row: number): boolean {
    if (found === this.columns.length) return true;
    for (let k = 0; k < this.columns.length; k++) {
      if (this.seen[k] !== object && !this.columns[k]!.putNull(row)) return false;
    }
    return true;
  }

  /** The key written at [at, end); undefined where it is no JSON text. One too many to remember has the number -1. */
  private keyAt(
    bytes: Uint8Array,
    at: number,
    end: number,
  ): { readonly key: Key; readonly number: number } | undefined {
    const source = latin1.decode(bytes.subarray(at, end));
    const number = this.keyOf.get(source);
    if (number !== undefined) return { key: this.keys[number]!, number };
    const name = jsonText(bytes, at, end);
    if (name === undefined) return undefined;
    const key = { bytes: bytes.slice(at, end), index: this.indexOf.get(name) ?? -1 };
    return { key, number: this.keys.length < MOST_KEYS ? this.remember(key, source) : -1 };
  }

  private remember(key: Key, source: string = latin1.decode(key.bytes)): number {
    const number = this.keys.push(key) - 1;
    this.keyOf.set(source, number);
    this.next[number + 1] ??= 0;
    return number;
  }
}

/** One character a byte, so that different bytes are different text. */
const latin1 = new TextDecoder("latin1");

function matches(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[at + i] !== key[i]) return false;
  return true;
}

/** The position after the name whose quote is at `at`; -1 where there is none. */
function nameEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = plainEnd(bytes, at + 1);
  return bytes[end] === QUOTE ? end + 1 : closingQuote(bytes, end) + 1 || -1;
}
