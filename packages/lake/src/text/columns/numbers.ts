import { type bigintRange, type Column, integerRange, parseText } from "@lakewright/core";
import { asciiText, type Buffers, ByteColumn, Token } from "./byte-column.ts";
import { readFloat } from "./float.ts";
import { Longs, safeDigits } from "./longs.ts";

const MINUS = 45;

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

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const negative = bytes[from] === MINUS;
    let value = safeDigits(bytes, negative ? from + 1 : from, to);
    if (negative) value = -value;
    if (!(value >= this.min && value <= this.max)) {
      const parsed = parseText(this.type, asciiText(bytes, from, to));
      if (!parsed.ok) return false;
      value = parsed.value as number;
    }
    this.values[row] = value;
    return true;
  }
}

/** Integers of 64 bits. JSON may have them as text, as producers write them that know what becomes of long numbers. */
export class LongColumn extends ByteColumn {
  readonly tokens: number = Token.NUMBER | Token.TEXT;
  private readonly longs = new Longs();
  private readonly signed: boolean;

  constructor(column: Column, kind: keyof typeof bigintRange) {
    super(column);
    this.signed = kind === "int64";
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    const negative = bytes[from] === MINUS;
    const value = safeDigits(bytes, negative ? from + 1 : from, to);
    if (value === value && (!negative || this.signed || value === 0)) {
      this.longs.write(row, negative ? -value : value);
      return true;
    }
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

  read(bytes: Uint8Array, from: number, to: number, row: number): boolean {
    let value = readFloat(bytes, from, to);
    if (value !== value) {
      const text = asciiText(bytes, from, to);
      const parsed = parseText(this.type, text);
      if (!parsed.ok) return false;
      value = parsed.value as number;
      // Digits beyond the largest double are no infinity.
      if (!Number.isFinite(value) && /\d/.test(text)) return false;
    }
    if (Math.abs(value) >= this.limit && Number.isFinite(value)) return false;
    this.values[row] = value;
    return true;
  }
}
