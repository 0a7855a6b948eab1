import { type Data, type DataType } from "apache-arrow";
import {
  bigintRange,
  integerRange,
  type FloatKind,
  type IntegerKind,
} from "../../types/logical.ts";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { Validity } from "./validity.ts";

type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;

const arrayOf = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The first number that IEEE 754 rounds to infinity in single precision. */
const ABOVE_SINGLE = 2 ** 128 - 2 ** 103;

/**
 * Integers of at most 32 bits, and floats. A single-precision column rounds to the nearest float, as IEEE 754 says, but
 * never a number to infinity.
 */
export class NumberEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly integer: boolean;
  private readonly min: number;
  private readonly max: number;
  private readonly limit: number;
  private readonly make: new (length: number) => NumberArray;
  private readonly validity = new Validity();
  private values: NumberArray;
  private length = 0;

  constructor(
    kind: FloatKind | Exclude<IntegerKind, "int64" | "uint64">,
    type: DataType,
    nullable: boolean,
  ) {
    this.type = type;
    this.nullable = nullable;
    this.integer = kind !== "float32" && kind !== "float64";
    [this.min, this.max] =
      kind === "float32" || kind === "float64" ? [-Infinity, Infinity] : integerRange[kind];
    this.limit = kind === "float32" ? ABOVE_SINGLE : Infinity;
    this.make = arrayOf[kind];
    this.values = new this.make(0);
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.values = reserved(this.values, this.length + room, this.make);
    const { values: out, integer, min, max, limit } = this;
    let n = this.length;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (
        typeof value === "number" &&
        (integer
          ? value >= min && value <= max && Number.isInteger(value)
          : !(Math.abs(value) >= limit) || !Number.isFinite(value))
      ) {
        out[n] = value;
        continue;
      }
      if (integer && typeof value === "bigint" && value >= min && value <= max) {
        out[n] = Number(value);
        continue;
      }
      this.validity.clear(n);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, this.expected(value));
      }
    }
    this.length = n;
  }

  private expected(value: unknown): string {
    if (this.integer) return `is no integer from ${this.min} to ${this.max}`;
    return typeof value === "number" ? "is beyond single precision" : "is no number";
  }

  finish(): Data {
    const length = this.length;
    const data = this.values.subarray(0, length);
    this.values = new this.make(0);
    this.length = 0;
    return columnData(this.type, { length, data, ...this.validity.finish(length) });
  }
}

/** 64-bit integers, given as bigint or as a safe integer. */
export class BigintEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly min: bigint;
  private readonly max: bigint;
  private readonly signed: boolean;
  private readonly validity = new Validity();
  private readonly buffer = new LongBuffer();
  private length = 0;

  constructor(kind: "int64" | "uint64", type: DataType, nullable: boolean) {
    this.type = type;
    this.nullable = nullable;
    this.signed = kind === "int64";
    [this.min, this.max] = bigintRange[kind];
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.buffer.reserve(this.length + room);
    const { words, longs } = this.buffer;
    const { min, max, signed } = this;
    let n = this.length;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (typeof value === "bigint" && value >= min && value <= max) {
        longs[n] = value;
      } else if (
        typeof value === "number" &&
        Number.isSafeInteger(value) &&
        (signed || value >= 0)
      ) {
        writeSafeInteger(words, 2 * n, value);
      } else {
        this.validity.clear(n);
        if (isMissing(value)) {
          if (!this.nullable) report(i, value, MISSING);
        } else {
          report(i, value, `is no bigint or safe integer from ${min} to ${max}`);
        }
      }
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const longs = this.buffer.take(length);
    this.length = 0;
    return columnData(this.type, {
      length,
      data: this.signed ? longs : new BigUint64Array(longs.buffer as ArrayBuffer, 0, length),
      ...this.validity.finish(length),
    });
  }
}

/** Growing 64-bit integers, also seen as pairs of little-endian words so that doubles need no bigint. */
export class LongBuffer {
  words: Uint32Array = new Uint32Array(0);
  longs: BigInt64Array = new BigInt64Array(this.words.buffer);

  reserve(capacity: number): void {
    if (capacity <= this.longs.length) return;
    const old = this.longs;
    this.allocate(Math.max(capacity, 2 * old.length));
    this.longs.set(old);
  }

  /** The first `length` integers. Starts anew. */
  take(length: number): BigInt64Array {
    const taken = this.longs.subarray(0, length);
    this.allocate(0);
    return taken;
  }

  private allocate(capacity: number): void {
    this.words = new Uint32Array(2 * capacity);
    this.longs = new BigInt64Array(this.words.buffer);
  }
}

/** Writes a safe integer as the two words of a 64-bit integer. */
export function writeSafeInteger(words: Uint32Array, at: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  words[at] = value - high * 0x1_0000_0000;
  words[at + 1] = high;
}

/** The array itself where it has the room, else a copy of at least double the size. */
export function reserved<A extends NumberArray>(
  array: A,
  capacity: number,
  make: new (length: number) => A,
): A {
  if (capacity <= array.length) return array;
  const grown = new make(Math.max(capacity, 2 * array.length));
  grown.set(array as never);
  return grown;
}
