import type { Data } from "apache-arrow";
import { SqlError } from "../../errors.ts";
import type { CopyBuffer, ValueWriter } from "./buffer.ts";
import { SMALL, writeNumeric, writeSmallNumeric } from "./numeric.ts";

type Numbers = ArrayLike<number | bigint>;

/** What an integer column of some type of ours can be loaded into: the type of the target by number. */
export function integerWriter(data: Data, target: number, column: string): ValueWriter {
  const values = data.values as Numbers;
  switch (target) {
    case 21:
      return (out, i) => fixed(out, 2).setInt16(out.length - 2, inRange(values[i]!, 15, column));
    case 23:
      return (out, i) => fixed(out, 4).setInt32(out.length - 4, inRange(values[i]!, 31, column));
    case 26:
      return (out, i) => fixed(out, 4).setUint32(out.length - 4, inRange(values[i]!, 32, column));
    case 20:
      return values instanceof BigInt64Array
        ? longWriter(values)
        : (out, i) => fixed(out, 8).setBigInt64(out.length - 8, longInRange(values[i]!, column));
    case 700:
      return (out, i) => fixed(out, 4).setFloat32(out.length - 4, Number(values[i]));
    case 701:
      return (out, i) => fixed(out, 8).setFloat64(out.length - 8, Number(values[i]));
    default:
      return (out, i) => {
        const value = values[i]!;
        if (typeof value === "number") writeSmallNumeric(out, value, 0);
        else writeNumeric(out, value, 0);
      };
  }
}

export function floatWriter(data: Data, target: number): ValueWriter {
  const values = data.values as ArrayLike<number>;
  return target === 700
    ? (out, i) => fixed(out, 4).setFloat32(out.length - 4, values[i]!)
    : (out, i) => fixed(out, 8).setFloat64(out.length - 8, values[i]!);
}

/** 128-bit decimals into numeric. */
export function decimalWriter(data: Data, scale: number): ValueWriter {
  const words = data.values as Uint32Array;
  return (out, i) => {
    const at = 4 * i;
    const sign = words[at + 3]! | 0;
    const high = words[at + 1]! | 0;
    // A number of 64 bits whose sign is that of the 128.
    if (words[at + 2]! >> 31 === sign && words[at + 2] === words[at + 3] && high >> 31 === sign) {
      const value = high * 0x1_0000_0000 + words[at]!;
      if (value < SMALL && value > -SMALL) return writeSmallNumeric(out, value, scale);
    }
    const unsigned =
      (BigInt(words[at + 3]!) << 96n) |
      (BigInt(words[at + 2]!) << 64n) |
      (BigInt(words[at + 1]!) << 32n) |
      BigInt(words[at]!);
    writeNumeric(out, BigInt.asIntN(128, unsigned), scale);
  };
}

/** A bit each in Arrow, a byte each in Postgres. */
export function boolWriter(data: Data): ValueWriter {
  const bits = data.values as Uint8Array;
  const { offset } = data;
  return (out, i) => {
    const bit = offset + i;
    fixed(out, 1).setUint8(out.length - 1, (bits[bit >> 3]! >> (bit & 7)) & 1);
  };
}

/** Room for a value of so many bytes, its length written before it. */
export function fixed(out: CopyBuffer, bytes: number): DataView {
  out.reserve(4 + bytes);
  out.view.setInt32(out.length, bytes);
  out.length += 4 + bytes;
  return out.view;
}

/** 64-bit integers as two halves each, without a bigint each. */
function longWriter(values: BigInt64Array): ValueWriter {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return (out, i) => {
    const view = fixed(out, 8);
    view.setInt32(out.length - 8, words[2 * i + 1]!);
    view.setInt32(out.length - 4, words[2 * i]!);
  };
}

/** A signed integer of 15 or 31 bits and its sign, or an unsigned one of 32 bits. */
function inRange(value: number | bigint, bits: 15 | 31 | 32, column: string): number {
  const number = Number(value);
  const limit = 2 ** bits;
  if (number < limit && number >= (bits === 32 ? 0 : -limit)) return number;
  throw tooLarge(value, column);
}

function longInRange(value: number | bigint, column: string): bigint {
  const long = BigInt(value);
  if (long === BigInt.asIntN(64, long)) return long;
  throw tooLarge(value, column);
}

function tooLarge(value: number | bigint, column: string): SqlError {
  return new SqlError("SQL_LOAD_FAILED", `Column "${column}": ${value} is out of its range.`, {
    hint: "Give the column of the table a wider type.",
    details: { column },
  });
}
