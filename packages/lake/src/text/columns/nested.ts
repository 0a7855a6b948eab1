import { type Column, Decimal, parseJson, stringifyJson } from "@lakewright/core";
import { type DataType, makeData } from "apache-arrow";
import { toArrowType } from "@lakewright/core";
import { ObjectReader } from "../json/object-reader.ts";
import { readValue } from "../json/read-value.ts";
import {
  CLOSE_BRACKET,
  COMMA,
  decoded,
  nestedEnd,
  OPEN_BRACE,
  OPEN_BRACKET,
  skipBlanks,
} from "../json/tokens.ts";
import { type Buffers, ByteColumn, grown, Token } from "./byte-column.ts";

const encoder = new TextEncoder();

/** Columns whose values are no text of their own. */
abstract class NestedColumn extends ByteColumn {
  readonly tokens: number = Token.NESTED;

  read(): boolean {
    return false;
  }
}

/** Rows of several values: lists and maps. */
abstract class RepeatedColumn extends NestedColumn {
  protected offsets: Int32Array = new Int32Array(1);
  protected room = 0;

  override putBlank(row: number): void {
    super.putBlank(row);
    this.offsets[row + 1] = this.offsets[row]!;
  }

  protected growValues(capacity: number): void {
    this.offsets = grown(this.offsets, capacity + 1, Int32Array);
  }

  /** Makes room for the child at `index`. */
  protected reserve(index: number, ...children: readonly ByteColumn[]): void {
    if (index < this.room) return;
    this.room = Math.max(64, 2 * this.room);
    for (const child of children) child.grow(this.room);
  }

  protected takeOffsets(length: number): Int32Array {
    const taken = this.offsets.subarray(0, length + 1);
    this.offsets = new Int32Array(this.offsets.length);
    return taken;
  }
}

/** Arrays of values of one column. */
export class ListColumn extends RepeatedColumn {
  private readonly item: ByteColumn;

  constructor(column: Column, item: ByteColumn) {
    super(column);
    this.item = item;
  }

  override putNested(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] !== OPEN_BRACKET) return -1;
    this.valid[row] = 1;
    let index = this.offsets[row]!;
    at = skipBlanks(bytes, at + 1);
    if (bytes[at] === CLOSE_BRACKET) {
      this.offsets[row + 1] = index;
      return at + 1;
    }
    for (;;) {
      this.reserve(index, this.item);
      at = readValue(this.item, bytes, at, index++);
      if (at < 0) return -1;
      at = skipBlanks(bytes, at);
      const c = bytes[at++];
      if (c === CLOSE_BRACKET) break;
      if (c !== COMMA) return -1;
      at = skipBlanks(bytes, at);
    }
    this.offsets[row + 1] = index;
    return at;
  }

  protected take(length: number): Buffers {
    const valueOffsets = this.takeOffsets(length);
    return { valueOffsets, child: this.item.finish(valueOffsets[length]!) };
  }
}

/** Records of named columns. */
export class StructColumn extends NestedColumn {
  private readonly children: readonly ByteColumn[];
  private readonly reader: ObjectReader;

  constructor(
    column: Column,
    names: readonly string[],
    children: readonly ByteColumn[],
    rejectUnknown: boolean,
  ) {
    super(column);
    this.children = children;
    this.reader = new ObjectReader(names, children, rejectUnknown);
  }

  override putNested(bytes: Uint8Array, at: number, row: number): number {
    if (bytes[at] !== OPEN_BRACE) return -1;
    this.valid[row] = 1;
    return this.reader.read(bytes, at, row);
  }

  override putBlank(row: number): void {
    super.putBlank(row);
    for (const child of this.children) child.putBlank(row);
  }

  protected growValues(capacity: number): void {
    for (const child of this.children) child.grow(capacity);
  }

  protected take(length: number): Buffers {
    return { children: this.children.map((child) => child.finish(length)) };
  }
}

/** Keys and values in order: an object, where a name written twice counts once, or an array of pairs. */
export class MapColumn extends RepeatedColumn {
  private readonly key: ByteColumn;
  private readonly value: ByteColumn;

  constructor(column: Column, key: ByteColumn, value: ByteColumn) {
    super(column);
    this.key = key;
    this.value = value;
  }

  override putNested(bytes: Uint8Array, at: number, row: number): number {
    const end = nestedEnd(bytes, at);
    const text = end < 0 ? undefined : decoded(bytes, at, end);
    if (text === undefined) return -1;
    let parsed: unknown;
    try {
      parsed = parseJson(text);
    } catch {
      return -1;
    }
    this.valid[row] = 1;
    let index = this.offsets[row]!;
    const isArray = Array.isArray(parsed);
    const entries: Iterable<unknown> = isArray
      ? (parsed as unknown[])
      : Object.entries(parsed as object);
    for (const entry of entries) {
      if (!Array.isArray(entry) || entry.length !== 2) return -1;
      this.reserve(index, this.key, this.value);
      const [key, value] = entry as [unknown, unknown];
      const named = isArray ? put(this.key, key, index) : putName(this.key, key as string, index);
      if (!named || !put(this.value, value, index)) return -1;
      index++;
    }
    this.offsets[row + 1] = index;
    return end;
  }

  protected take(length: number): Buffers {
    const valueOffsets = this.takeOffsets(length);
    const entries = valueOffsets[length]!;
    const type = (toArrowType(this.type).children as { type: DataType }[])[0]!.type;
    const children = [this.key.finish(entries), this.value.finish(entries)];
    const child = makeData({ type, length: entries, nullCount: 0, children } as never);
    return { valueOffsets, child };
  }
}

function putName(column: ByteColumn, name: string, row: number): boolean {
  if (!name.isWellFormed()) return false;
  const bytes = encoder.encode(name);
  return column.put(bytes, 0, bytes.length, row);
}

/** Writes a value of parsed JSON; false where it does not fit. */
export function put(column: ByteColumn, value: unknown, row: number): boolean {
  // A line feed ends what is read, as in a file.
  const bytes = encoder.encode(`${stringifyJson(signed(value))}\n`);
  return readValue(column, bytes, 0, row) >= 0;
}

/** JSON.stringify writes -0 as 0. */
function signed(value: unknown): unknown {
  if (Object.is(value, -0)) return (JSON as unknown as RawJson).rawJSON("-0");
  if (Array.isArray(value)) return value.map(signed);
  if (typeof value !== "object" || value === null || value instanceof Decimal) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, signed(inner)]));
}

interface RawJson {
  rawJSON(text: string): unknown;
}
