import { Decimal, floorDiv, type LogicalType, showValue, toArrowType } from "@lakewright/core";
import { columnReader, validityOf } from "@lakewright/core";
import { type Data, DataType, DateUnit, makeData, TimeUnit } from "apache-arrow";
import { LakeError } from "../errors.ts";

const DAY_MICROS = 86_400_000_000n;
const MICROS_PER: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1n,
  [TimeUnit.NANOSECOND]: 0n,
};

type Values = ArrayLike<number> | ArrayLike<bigint>;
type Target<K extends LogicalType["kind"]> = Extract<LogicalType, { readonly kind: K }>;

/** Flat column data as another flat type, without loss; undefined where the types do not go together. */
export function castFlat(data: Data, type: LogicalType, path: string): Data | undefined {
  const from = data.type;
  switch (type.kind) {
    case "utf8":
    case "oneOf":
    case "binary":
      return DataType.isUtf8(from) || DataType.isBinary(from) ? retyped(data, type) : undefined;
    case "bool":
      return DataType.isBool(from) ? data : undefined;
    case "date":
      return DataType.isDate(from) && from.unit === DateUnit.DAY ? data : undefined;
    case "decimal":
      return toDecimal(data, type, path);
    case "timestamp":
      return toTimestamp(data, type, path);
    case "float32":
    case "float64":
      return toFloat(data, type);
    default:
      return toInteger(data, type, path);
  }
}

function toFloat(data: Data, type: Target<"float32" | "float64">): Data | undefined {
  const { type: from } = data;
  const wanted = toArrowType(type);
  if (DataType.isFloat(from)) {
    if (String(from) === String(wanted)) return data;
    return type.kind === "float64"
      ? withValues(data, type, Float64Array.from(numbers(data)))
      : undefined;
  }
  const exact = DataType.isInt(from) && from.bitWidth <= (type.kind === "float64" ? 32 : 16);
  if (!exact) return undefined;
  const Values = type.kind === "float64" ? Float64Array : Float32Array;
  return withValues(data, type, Values.from(numbers(data)));
}

function toInteger(data: Data, type: LogicalType, path: string): Data | undefined {
  const { type: from } = data;
  const wanted = toArrowType(type);
  if (!DataType.isInt(wanted)) return undefined;
  if (DataType.isInt(from)) {
    if (from.bitWidth === wanted.bitWidth && from.isSigned === wanted.isSigned) return data;
    const Values = wanted.ArrayType as unknown as IntegerArray;
    const result = new Values(data.length);
    const source = data.values as Values;
    const isValid = validityOf(data);
    const long = wanted.bitWidth === 64;
    for (let i = 0; i < data.length; i++) {
      const value = source[i]!;
      result[i] = long ? BigInt(value) : Number(value);
      if (differ(result[i]!, value) && isValid(i)) throw unfit(path, type, value);
    }
    return withValues(data, type, result);
  }
  if (!DataType.isDecimal(from) || from.scale !== 0) return undefined;
  const Values = wanted.ArrayType as unknown as IntegerArray;
  const result = new Values(data.length);
  const read = columnReader(data);
  for (let i = 0; i < data.length; i++) {
    const value = read(i) as Decimal | null;
    if (!value) continue;
    result[i] = wanted.bitWidth === 64 ? value.unscaled : Number(value.unscaled);
    if (differ(result[i]!, value.unscaled)) throw unfit(path, type, value.unscaled);
  }
  return withValues(data, type, result);
}

function toDecimal(data: Data, type: Target<"decimal">, path: string): Data | undefined {
  const { type: from } = data;
  if (DataType.isDecimal(from) && from.bitWidth === 128) {
    if (from.scale === type.scale && from.precision <= type.precision) return retyped(data, type);
  } else if (!DataType.isInt(from)) return undefined;
  const read = columnReader(data);
  const words = new BigUint64Array(2 * data.length);
  const limit = 10n ** BigInt(type.precision);
  for (let i = 0; i < data.length; i++) {
    const value = read(i) as Decimal | bigint | number | null;
    if (value === null) continue;
    const exact = value instanceof Decimal ? value : new Decimal(BigInt(value), 0);
    if (
      exact.scale > type.scale &&
      exact.unscaled % 10n ** BigInt(exact.scale - type.scale) !== 0n
    ) {
      throw unfit(path, type, String(exact));
    }
    const { unscaled } = exact.rescale(type.scale);
    if (unscaled >= limit || unscaled <= -limit) throw unfit(path, type, String(exact));
    words[2 * i] = BigInt.asUintN(64, unscaled);
    words[2 * i + 1] = BigInt.asUintN(64, unscaled >> 64n);
  }
  return withValues(data, type, new Uint32Array(words.buffer));
}

function toTimestamp(data: Data, type: Target<"timestamp">, path: string): Data | undefined {
  const { type: from } = data;
  const unit = type.unit === "us" ? 1n : 1000n;
  if (DataType.isDate(from) && from.unit === DateUnit.DAY) {
    const days = data.values as Int32Array;
    return withValues(
      data,
      type,
      BigInt64Array.from(days, (day) => (BigInt(day) * DAY_MICROS) / unit),
    );
  }
  if (!DataType.isTimestamp(from) || from.unit === TimeUnit.NANOSECOND) return undefined;
  const factor = MICROS_PER[from.unit];
  if (factor === unit) return retyped(data, type);
  const source = data.values as BigInt64Array;
  const isValid = validityOf(data);
  const result = new BigInt64Array(data.length);
  if (factor % unit === 0n && scaled(source, result, Number(factor / unit)))
    return withValues(data, type, result);
  for (let i = 0; i < data.length; i++) {
    const micros = source[i]! * factor;
    result[i] = floorDiv(micros, unit);
    if (isValid(i) && result[i]! * unit !== micros) throw unfit(path, type, micros);
  }
  return withValues(data, type, result);
}

/**
 * Multiplies 64-bit integers without making a bigint of each; false where a product has more digits than a number.
 * Words are in the order of every machine Node and browsers run on.
 */
function scaled(source: BigInt64Array, result: BigInt64Array, factor: number): boolean {
  const from = new Int32Array(source.buffer, source.byteOffset, 2 * result.length);
  const to = new Int32Array(result.buffer);
  for (let i = 0; i < from.length; i += 2) {
    const product = (from[i + 1]! * 0x1_0000_0000 + (from[i]! >>> 0)) * factor;
    if (!Number.isSafeInteger(product)) return false;
    to[i] = product;
    to[i + 1] = Math.floor(product / 0x1_0000_0000);
  }
  return true;
}

/** Whether integers differ, of which one may be a bigint. */
function differ(a: number | bigint, b: number | bigint): boolean {
  return typeof a === typeof b ? a !== b : Number(a) !== Number(b);
}

type IntegerArray = new (length: number) => { [index: number]: number | bigint };

function numbers(data: Data): ArrayLike<number> {
  return data.values as ArrayLike<number>;
}

function withValues(data: Data, type: LogicalType, values: object): Data {
  const { length, nullCount, nullBitmap, offset } = data;
  return makeData({
    type: toArrowType(type),
    length,
    nullCount,
    ...(nullCount > 0 ? { nullBitmap: shifted(nullBitmap!, offset, length) } : {}),
    data: values,
  } as never) as Data;
}

/** Validity that begins at bit 0. */
function shifted(bitmap: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset === 0) return bitmap;
  const result = new Uint8Array((length + 7) >> 3);
  for (let i = 0; i < length; i++) {
    if (bitmap[(offset + i) >> 3]! & (1 << ((offset + i) & 7))) result[i >> 3]! |= 1 << (i & 7);
  }
  return result;
}

/** The same buffers under another type. */
function retyped(data: Data, type: LogicalType): Data {
  const wanted = toArrowType(type);
  return String(data.type) === String(wanted) ? data : (data.clone(wanted) as Data);
}

function unfit(path: string, type: LogicalType, value: unknown): LakeError {
  return new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `Column "${path}" holds ${showValue(value)}, which does not fit ${type.kind}.`,
    { details: { column: path, wanted: type.kind } },
  );
}
