import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import { digitsOf, type LoadBuffer, type ValueWriter } from "./buffer.ts";

const MINUS = 45;
const POINT = 46;
/** Upper halves of integers that a double holds. */
const SAFE_HIGH = 2 ** 21;

/** Integers of up to 32 bits. */
export function integerWriter(data: Data): ValueWriter {
  const values = data.values as ArrayLike<number>;
  return (out, i) => out.integer(values[i]!);
}

/** Integers of 64 bits, without a bigint each. */
export function longWriter(data: Data): ValueWriter {
  const values = data.values as BigInt64Array | BigUint64Array;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return (out, i) => {
    const high = words[2 * i + 1]!;
    if (high < SAFE_HIGH && high >= -SAFE_HIGH && (high >= 0 || values instanceof BigInt64Array)) {
      out.integer(high * 0x1_0000_0000 + (words[2 * i]! >>> 0));
    } else out.ascii(String(values[i]));
  };
}

/** Finite numbers, in as many digits as tell them apart. */
export function floatWriter(data: Data, column: string): ValueWriter {
  const values = data.values as ArrayLike<number>;
  return (out, i) => {
    const value = values[i]!;
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return out.integer(value);
    if (!Number.isFinite(value)) throw infinite(value, column);
    // Not String(), which keeps what it made in a cache: of a column of them, megabytes that the collector has to move.
    out.ascii(Object.is(value, -0) ? "-0" : value.toExponential());
  };
}

/** 128-bit decimals. */
export function decimalWriter(data: Data, scale: number): ValueWriter {
  const words = data.values as Uint32Array;
  return (out, i) => {
    const at = 4 * i;
    const sign = words[at + 3]! | 0;
    const high = words[at + 1]! | 0;
    const isLong =
      words[at + 2]! >> 31 === sign && words[at + 2] === words[at + 3] && high >> 31 === sign;
    if (isLong && (sign === 0 || sign === -1) && high < SAFE_HIGH && high >= -SAFE_HIGH) {
      return small(out, high * 0x1_0000_0000 + words[at]!, scale);
    }
    const unsigned =
      (BigInt(words[at + 3]!) << 96n) |
      (BigInt(words[at + 2]!) << 64n) |
      (BigInt(words[at + 1]!) << 32n) |
      BigInt(words[at]!);
    large(out, BigInt.asIntN(128, unsigned), scale);
  };
}

/** A bit each in Arrow. */
export function boolWriter(data: Data): ValueWriter {
  const bits = data.values as Uint8Array;
  const { offset } = data;
  return (out, i) => {
    const bit = offset + i;
    out.byte(48 + ((bits[bit >> 3]! >> (bit & 7)) & 1));
  };
}

function small(out: LoadBuffer, value: number, scale: number): void {
  if (scale === 0) return out.integer(value);
  out.reserve(24 + scale);
  let magnitude = value;
  if (value < 0) {
    out.bytes[out.length++] = MINUS;
    magnitude = -value;
  }
  // All digits, and then those after the point moved by one.
  const start = out.length;
  const digits = Math.max(digitsOf(magnitude), scale + 1);
  out.padded(magnitude, digits);
  const point = start + digits - scale;
  out.bytes.copyWithin(point + 1, point, out.length);
  out.bytes[point] = POINT;
  out.length++;
}

function large(out: LoadBuffer, value: bigint, scale: number): void {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  out.ascii(value < 0n ? `-${text}` : text);
}

function infinite(value: number, column: string): SqlError {
  return new SqlError("SQL_LOAD_FAILED", `Column "${column}": MySQL has no ${value}.`, {
    hint: "A DOUBLE is a finite number: make it null before.",
    details: { column },
  });
}
