import { type Column, type LogicalType, toArrowType } from "@lakewright/core";
import { type Data, type DataType, makeData } from "apache-arrow";

/** The kinds of JSON values a column takes. */
export const Token = { TEXT: 1, NUMBER: 2, BOOLEAN: 4, NESTED: 8 } as const;

/** What a byte is to a text: its end, a part of it as it is, or something that is not read in passing. */
export const Mark = { END: 0, PART: 1, OTHER: 2 } as const;

/** The parts of Arrow data beside its length and nulls. */
export interface Buffers {
  readonly data?: unknown;
  readonly valueOffsets?: Int32Array;
  readonly dictionary?: unknown;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

/**
 * A column that is filled row by row from bytes. A row may be written again, and then only the last value counts: so a
 * line can be given up anywhere and read anew. Rows are written in order, after `grow` has made room for them.
 */
export abstract class ByteColumn {
  readonly type: LogicalType;
  readonly nullable: boolean;
  /** Of {@link Token}. */
  abstract readonly tokens: number;
  /** Which of them `scan` reads; 0 for none. */
  readonly scans: number = 0;
  /** 1 where a row has a value. */
  valid: Uint8Array = new Uint8Array(0);

  constructor(column: Column) {
    this.type = column.type;
    this.nullable = column.nullable;
  }

  /** Makes room for rows below `capacity`; those written stay. */
  grow(capacity: number): void {
    this.valid = grown(this.valid, capacity, Uint8Array);
    this.growValues(capacity);
  }

  /** Writes the value that the bytes [from, to) are the text of; false where they are none. The row is then to be written again. */
  put(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    this.valid[row] = 1;
    return this.read(bytes, from, to, row);
  }

  /**
   * Writes the value that begins at `at` where it is written the usual way, whose end it finds itself: the position after
   * it, or -1 for `put` to have a look. The caller marks the row as valid, and sees to it that the value ends there.
   *
   * @param marks - for text, what every byte is: of {@link Mark}
   */
  scan(_bytes: Uint8Array, _at: number, _row: number, _marks: Uint8Array): number {
    return -1;
  }

  /** Writes null; false where the column takes none. */
  putNull(row: number): boolean {
    this.putBlank(row);
    return this.nullable;
  }

  /** Holds the place of a value below a null parent. */
  putBlank(row: number): void {
    this.valid[row] = 0;
  }

  /** Writes the JSON array or object that begins at `at`; the position after it, or -1 where it is not taken. */
  putNested(_bytes: Uint8Array, _at: number, _row: number): number {
    return -1;
  }

  /** The first `length` rows as Arrow data. Starts anew. */
  finish(length: number): Data {
    const { nullBitmap, nullCount } = packed(this.valid, length);
    const { type = toArrowType(this.type), ...buffers } = this.take(length);
    return makeData({ type, length, nullCount, nullBitmap, ...buffers } as never) as Data;
  }

  /** Writes a value as `put`, and leaves it to the caller to mark the row as valid. */
  abstract read(bytes: Uint8Array, from: number, to: number, row: number): boolean;
  protected abstract growValues(capacity: number): void;
  /** The buffers of the first `length` rows, and new ones of the same capacity. */
  protected abstract take(length: number): Buffers & { readonly type?: DataType };
}

function packed(
  valid: Uint8Array,
  length: number,
): { readonly nullBitmap: Uint8Array | undefined; readonly nullCount: number } {
  const zero = valid.indexOf(0);
  if (zero < 0 || zero >= length) return { nullBitmap: undefined, nullCount: 0 };
  const nullBitmap = packedBits(valid, length);
  let count = 0;
  for (let i = 0; i < length; i++) count += valid[i]!;
  return { nullBitmap, nullCount: length - count };
}

/** Bytes that are 0 or 1 as bits. */
export function packedBits(bytes: Uint8Array, length: number): Uint8Array {
  const bits = new Uint8Array((length + 7) >> 3);
  const whole = length >> 3;
  for (let k = 0, i = 0; k < whole; k++, i += 8) {
    bits[k] =
      bytes[i]! |
      (bytes[i + 1]! << 1) |
      (bytes[i + 2]! << 2) |
      (bytes[i + 3]! << 3) |
      (bytes[i + 4]! << 4) |
      (bytes[i + 5]! << 5) |
      (bytes[i + 6]! << 6) |
      (bytes[i + 7]! << 7);
  }
  for (let i = 8 * whole; i < length; i++) bits[whole]! |= bytes[i]! << (i & 7);
  return bits;
}

type Grown = Uint8Array | Int32Array | Uint32Array;

/** A copy of `capacity` elements; the array itself where it has them. */
export function grown<A extends Grown>(
  array: A,
  capacity: number,
  make: new (length: number) => A,
): A {
  if (capacity <= array.length) return array;
  const larger = new make(capacity);
  larger.set(array);
  return larger;
}

const ascii = new TextDecoder("latin1");

/** The text of bytes that mean something only in ASCII. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 32) return ascii.decode(bytes.subarray(from, to));
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
