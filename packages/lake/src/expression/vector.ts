import { type LogicalType, plainValues, toArrowType, validityOf } from "@lakewright/core";
import { type Data, DataType, makeData, TimeUnit } from "apache-arrow";
import { nullColumn } from "../read/cast.ts";
import type { SqlType } from "./sql-type.ts";

/**
 * Values of one type. By type: numbers and days are numbers, 64-bit integers, microseconds and unscaled decimals bigint,
 * booleans 0 and 1, text strings, binary bytes; nested ones stay Arrow data.
 */
export interface Vector {
  readonly type: SqlType;
  readonly values: Values;
  /** For each value 1 where there is one; undefined where all are there. */
  readonly valid: Uint8Array | undefined;
  /** 0 where one value stands for every row, else 1. */
  readonly step: 0 | 1;
  /** The column it was read from, as long as it is unchanged. */
  readonly data?: Data | undefined;
}

export type Values = Value[] | Numbers;
export type Numbers = Int32Array | Float64Array | BigInt64Array | Uint8Array;
export type Value = number | bigint | string | Uint8Array;

/** Room for values of a type. */
export function newValues(type: SqlType, length: number): Values {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "int32":
    case "date":
      return new Int32Array(length);
    case "int64":
    case "timestamp":
      return new BigInt64Array(length);
    case "float32":
    case "float64":
      return new Float64Array(length);
    case "bool":
      return new Uint8Array(length);
    default:
      return new Array<Value>(length);
  }
}

/** One value, or null, for every row. */
export function constantVector(type: SqlType, value: Value | null): Vector {
  const values = newValues(type, 1);
  if (value !== null) values[0] = value;
  return { type, values, valid: value === null ? new Uint8Array(1) : undefined, step: 0 };
}

const vectors = new WeakMap<Data, Vector>();

/** The values of column data in the type expressions see, see `typeOfColumn`. */
export function fromData(data: Data, type: SqlType): Vector {
  const before = vectors.get(data);
  if (before?.type === type) return before;
  const plain = plainValues(data);
  const vector: Vector = {
    type,
    values: DataType.isNull(plain.type) ? newValues(type, data.length) : valuesOf(plain),
    valid: validBytes(plain),
    step: 1,
    data: plain,
  };
  vectors.set(data, vector);
  return vector;
}

/** Validity a byte a row; undefined where every value is there. */
export function validBytes(data: Data): Uint8Array | undefined {
  if (data.nullCount === 0 && !DataType.isNull(data.type)) return undefined;
  const isValid = validityOf(data);
  const valid = new Uint8Array(data.length);
  for (let i = 0; i < valid.length; i++) valid[i] = isValid(i) ? 1 : 0;
  return valid;
}

function valuesOf(data: Data): Values {
  const { type, length } = data;
  if (DataType.isInt(type)) {
    const numbers = data.values as Int32Array | BigInt64Array | BigUint64Array;
    if (type.bitWidth === 64) {
      return type.isSigned ? (numbers as BigInt64Array) : Array.from(numbers as BigUint64Array);
    }
    if (numbers instanceof Int32Array) return numbers;
    return type.bitWidth === 32
      ? BigInt64Array.from(numbers as unknown as Uint32Array, BigInt)
      : Int32Array.from(numbers as unknown as Int8Array);
  }
  if (DataType.isFloat(type)) {
    const numbers = data.values as Float64Array | Float32Array;
    return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers);
  }
  if (DataType.isDate(type)) return data.values as Int32Array;
  if (DataType.isTimestamp(type)) {
    const stamps = data.values as BigInt64Array;
    return type.unit === TimeUnit.MILLISECOND ? stamps.map((ms) => ms * 1000n) : stamps;
  }
  if (DataType.isDecimal(type)) return decimals(data.values as Uint32Array, length);
  if (DataType.isBool(type)) {
    const bits = data.values as Uint8Array;
    const result = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const at = data.offset + i;
      result[i] = (bits[at >> 3]! >> (at & 7)) & 1;
    }
    return result;
  }
  if (DataType.isUtf8(type)) return texts(data);
  if (DataType.isBinary(type)) {
    const bytes = data.values as Uint8Array;
    const offsets = data.valueOffsets as Int32Array;
    return Array.from({ length }, (_, i) => bytes.subarray(offsets[i], offsets[i + 1]));
  }
  return [];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function texts(data: Data): string[] {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const result = new Array<string>(data.length);
  for (let i = 0; i < data.length; i++) {
    const to = offsets[i + 1]!;
    let at = offsets[i]!;
    let text = "";
    if (to - at < 24) {
      for (; at < to && bytes[at]! < 128; at++) text += String.fromCharCode(bytes[at]!);
    }
    result[i] = at === to ? text : decoder.decode(bytes.subarray(offsets[i], to));
  }
  return result;
}

function decimals(words: Uint32Array, length: number): bigint[] {
  const aligned = words.byteOffset % 8 === 0 ? words : words.slice();
  const longs = new BigInt64Array(aligned.buffer, aligned.byteOffset, 2 * length);
  const result = new Array<bigint>(length);
  for (let i = 0; i < length; i++) {
    const low = longs[2 * i]!;
    const high = longs[2 * i + 1]!;
    result[i] = high === low >> 63n ? low : (high << 64n) | BigInt.asUintN(64, low);
  }
  return result;
}

/** Column data of a vector whose type is how values of `type` are stored. */
export function toData(vector: Vector, type: LogicalType, rows: number): Data {
  const { data, step } = vector;
  if (data && step === 1) return data;
  const arrow = toArrowType(type);
  const validity = bitmapOf(vector, rows);
  if (validity.nullCount === rows) return nullColumn(type, rows);
  const parts = { type: arrow, length: rows, ...validity };
  switch (type.kind) {
    case "utf8":
    case "binary":
      return makeData({ ...parts, ...bytesOf(vector, rows) } as never) as Data;
    case "bool": {
      const bits = new Uint8Array((rows + 7) >> 3);
      for (let i = 0; i < rows; i++) {
        if (vector.values[i * step] === 1) bits[i >> 3]! |= 1 << (i & 7);
      }
      return makeData({ ...parts, data: bits } as never) as Data;
    }
    case "decimal": {
      const longs = new BigInt64Array(2 * rows);
      for (let i = 0; i < rows; i++) {
        const value = (vector.values[i * step] as bigint | undefined) ?? 0n;
        longs[2 * i] = value;
        longs[2 * i + 1] = value >> 64n;
      }
      return makeData({ ...parts, data: new Uint32Array(longs.buffer) } as never) as Data;
    }
    default: {
      const Numbers = arrow.ArrayType as new (length: number) => Int32Array;
      const result = new Numbers(rows);
      const values = vector.values as Int32Array;
      if (step === 1) for (let i = 0; i < rows; i++) result[i] = values[i]!;
      else result.fill(values[0]!);
      return makeData({ ...parts, data: result } as never) as Data;
    }
  }
}

function bitmapOf(
  { valid, step }: Vector,
  rows: number,
): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
  if (!valid) return { nullCount: 0 };
  const nullBitmap = new Uint8Array((rows + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < rows; i++) {
    if (valid[i * step] === 1) nullBitmap[i >> 3]! |= 1 << (i & 7);
    else nullCount++;
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

const encoder = new TextEncoder();

function bytesOf(
  { values, valid, step }: Vector,
  rows: number,
): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const valueOffsets = new Int32Array(rows + 1);
  let data = new Uint8Array(16 * rows + 64);
  let at = 0;
  const room = (bytes: number): void => {
    if (at + bytes <= data.length) return;
    const larger = new Uint8Array(Math.max(2 * data.length, at + bytes));
    larger.set(data);
    data = larger;
  };
  for (let i = 0; i < rows; i++) {
    const k = i * step;
    if (!valid || valid[k] === 1) {
      const value = values[k] as string | Uint8Array;
      if (typeof value === "string") {
        room(3 * value.length);
        at += encoder.encodeInto(value, data.subarray(at)).written;
      } else {
        room(value.length);
        data.set(value, at);
        at += value.length;
      }
    }
    valueOffsets[i + 1] = at;
  }
  return { valueOffsets, data: data.subarray(0, at) };
}
