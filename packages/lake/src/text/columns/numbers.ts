import { type bigintRange, type Column, integerRange, parseText } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, Token } from "./byte-column.ts";
import { nearestDouble } from "./float.ts";
import { Longs, SAFE_DIGITS } from "./longs.ts";
import { PlainNumber, POWERS } from "./plain-number.ts";

const number = new PlainNumber();

const arrays = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

type NumberKind = keyof typeof arrays;
type NumberArray = InstanceType<(typeof arrays)[NumberKind]>;

/** What integers of up to 32 bits and floats have in common: a number a row. */
abstract class NumberColumn extends ByteColumn {
  readonly tokens: number = Token.NUMBER;
  override readonly scans: number = Token.NUMBER;
  protected values: NumberArray;
  private readonly make: new (length: number) => NumberArray;

  constructor(column: Column, kind: NumberKind) {
    super(column);
    this.make = arrays[kind];
    this.values = new this.make(0);
  }

  protected growValues(capacity: number): void {
    const larger = new this.make(Math.max(capacity, this.values.length));
    larger.set(this.values);
    this.values = larger;
  }

  protected take(length: number): Buffers {
    const data = this.values.subarray(0, length);
    this.values = new this.make(this.values.length);
    return { data };
  }
}

/** Integers of at most 32 bits. */
export class IntegerColumn extends NumberColumn {
  private readonly min: number;
  private readonly max: number;

  constructor(column: Column, kind: keyof typeof integerRange) {
    super(column, kind);
    [this.min, this.max] = integerRange[kind];
  }

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const end = number.read(bytes, at);
    if (end < 0 || number.decimals > 0 || number.lowDigits > 1) return -1;
    let value = number.high;
    if (number.lowDigits === 1) value = 10 * value + number.low;
    if (number.negative) value = -value;
    if (value < this.min || value > this.max) return -1;
    this.values[row] = value;
    return end;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scan(bytes, from, row) === to) return true;
    const parsed = parseText(this.type, asciiText(bytes, from, to));
    if (parsed.ok) this.values[row] = parsed.value as number;
    return parsed.ok;
  }
}

/** Integers of 64 bits. JSON may have them as text, as producers write them that know what becomes of long numbers. */
export class LongColumn extends ByteColumn {
  readonly tokens: number = Token.NUMBER | Token.TEXT;
  override readonly scans: number = Token.NUMBER;
  private readonly longs = new Longs();
  private readonly signed: boolean;

  constructor(column: Column, kind: keyof typeof bigintRange) {
    super(column);
    this.signed = kind === "int64";
  }

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const end = number.read(bytes, at);
    if (end < 0 || number.decimals > 0 || number.digits > SAFE_DIGITS) return -1;
    const value = number.high * POWERS[number.lowDigits]! + number.low;
    if (number.negative && !this.signed) return -1;
    this.longs.write(row, number.negative ? -value : value);
    return end;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scan(bytes, from, row) === to) return true;
    const parsed = parseText(this.type, asciiText(bytes, from, to));
    if (parsed.ok) this.longs.longs[row] = BigInt.asIntN(64, parsed.value as bigint);
    return parsed.ok;
  }

  protected growValues(capacity: number): void {
    this.longs.grow(capacity);
  }

  protected take(length: number): Buffers {
    const longs = this.longs.take();
    return {
      data: this.signed ? longs.subarray(0, length) : new BigUint64Array(longs.buffer, 0, length),
    };
  }
}

/** The first number that IEEE 754 rounds to infinity in single precision. */
const ABOVE_SINGLE = 2 ** 128 - 2 ** 103;

/** Floats: the double nearest to the digits, and in a single-precision column the float nearest to that. */
export class FloatColumn extends NumberColumn {
  private readonly limit: number;

  constructor(column: Column, kind: "float32" | "float64") {
    super(column, kind);
    this.limit = kind === "float32" ? ABOVE_SINGLE : Infinity;
  }

  override scan(bytes: Uint8Array, at: number, row: number): number {
    const end = number.read(bytes, at);
    if (end < 0) return -1;
    const value = nearestDouble(number);
    if (!(Math.abs(value) < this.limit)) return -1;
    this.values[row] = value;
    return end;
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    if (this.scan(bytes, from, row) === to) return true;
    const text = asciiText(bytes, from, to);
    const parsed = parseText(this.type, text);
    if (!parsed.ok) return false;
    const value = parsed.value as number;
    // Digits beyond the largest double are no infinity.
    if (!Number.isFinite(value) && /\d/.test(text)) return false;
    if (Math.abs(value) >= this.limit && Number.isFinite(value)) return false;
    this.values[row] = value;
    return true;
  }
}
