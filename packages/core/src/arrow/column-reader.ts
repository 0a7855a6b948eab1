import {
  type Data,
  DataType,
  DateUnit,
  type Decimal as ArrowDecimal,
  Precision,
  type Timestamp,
  TimeUnit,
} from "apache-arrow";
import { CoreError } from "../errors.ts";
import { Decimal } from "../values/decimal.ts";
import { floorDiv, formatDate, formatMicros } from "../values/time.ts";

/** Reads the values of one Arrow column as row values; null where there is none. */
export type ColumnReader = (index: number) => unknown;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const MS_PER_DAY = 86_400_000n;

/**
 * The reader of column data of any layout a table column can have: plain, dictionary, large offsets, other units.
 * Values are lossless: int64 a bigint, decimals {@link Decimal}, dates text, microseconds a bigint.
 *
 * @throws CoreError CORE_UNSUPPORTED_TYPE for a type no table column holds.
 */
export function columnReader(data: Data): ColumnReader {
  const read = valueReader(data);
  if (data.nullCount === 0) return read;
  const isValid = validityOf(data);
  return (i) => (isValid(i) ? read(i) : null);
}

/** Whether a value of the column is there. */
export function validityOf(data: Data): (index: number) => boolean {
  if (DataType.isNull(data.type)) return () => false;
  const { nullBitmap, offset } = data;
  if (data.nullCount === 0 || !nullBitmap || nullBitmap.length === 0) return () => true;
  return (i) => (nullBitmap[(offset + i) >> 3]! & (1 << ((offset + i) & 7))) !== 0;
}

function valueReader(data: Data): ColumnReader {
  const { type } = data;
  const values = data.values as unknown;
  if (DataType.isNull(type)) return () => null;
  if (DataType.isDictionary(type)) {
    const dictionary = data.dictionary;
    if (!dictionary)
      throw new CoreError("CORE_INVALID_VALUE", "A dictionary column came without its dictionary.");
    const chunks = dictionary.data.map((chunk) => columnReader(chunk));
    const sizes = dictionary.data.map((chunk) => chunk.length);
    const decoded: unknown[] = sizes.flatMap((size, c) =>
      Array.from({ length: size }, (_, k) => chunks[c]!(k)),
    );
    const codes = values as ArrayLike<number | bigint>;
    return (i) => decoded[Number(codes[i])];
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return textReader(data);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    const bytes = values as Uint8Array;
    const offsets = data.valueOffsets as ArrayLike<number | bigint>;
    return (i) => bytes.slice(Number(offsets[i]), Number(offsets[i + 1]));
  }
  if (DataType.isFixedSizeBinary(type)) {
    const bytes = values as Uint8Array;
    const size = type.byteWidth;
    return (i) => bytes.slice(i * size, (i + 1) * size);
  }
  if (DataType.isInt(type) || (DataType.isFloat(type) && type.precision !== Precision.HALF)) {
    const numbers = values as ArrayLike<number | bigint>;
    return (i) => numbers[i];
  }
  if (DataType.isFloat(type)) {
    const halves = values as Uint16Array;
    return (i) => halfToNumber(halves[i]!);
  }
  if (DataType.isBool(type)) {
    const bits = values as Uint8Array;
    const { offset } = data;
    return (i) => (bits[(offset + i) >> 3]! & (1 << ((offset + i) & 7))) !== 0;
  }
  if (DataType.isDecimal(type) && type.bitWidth === 128) return decimalReader(data, type);
  if (DataType.isDate(type)) {
    if (type.unit === DateUnit.DAY) {
      const days = values as Int32Array;
      return (i) => formatDate(days[i]!);
    }
    const ms = values as BigInt64Array;
    return (i) => formatDate(Number(floorDiv(ms[i]!, MS_PER_DAY)));
  }
  if (DataType.isTimestamp(type) && type.unit !== TimeUnit.NANOSECOND)
    return timestampReader(data, type);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const item = columnReader(data.children[0]!);
    const range = rangeReader(data);
    return (i) => {
      const [from, to] = range(i);
      return Array.from({ length: to - from }, (_, k) => item(from + k));
    };
  }
  if (DataType.isStruct(type)) {
    const fields = type.children.map(
      (child, k) => [child.name, columnReader(data.children[k]!)] as const,
    );
    return (i) => Object.fromEntries(fields.map(([name, read]) => [name, read(i)]));
  }
  if (DataType.isMap(type)) {
    const [key, value] = data.children[0]!.children.map((child) => columnReader(child));
    const range = rangeReader(data);
    return (i) => {
      const [from, to] = range(i);
      return Array.from({ length: to - from }, (_, k) => [key!(from + k), value!(from + k)]);
    };
  }
  throw notRead(type);
}

/** That values of a type are not read: no table column holds them. */
export function notRead(type: DataType): CoreError {
  return new CoreError(
    "CORE_UNSUPPORTED_TYPE",
    `Values of the Arrow type ${String(type)} are not read.`,
    {
      hint: "Cast the column to a type of a table column first.",
      details: { arrowType: String(type) },
    },
  );
}

function textReader(data: Data): ColumnReader {
  const bytes = data.values as Uint8Array;
  const offsets = data.valueOffsets as ArrayLike<number | bigint>;
  return (i) => {
    const from = Number(offsets[i]);
    const to = Number(offsets[i + 1]);
    if (to - from < 24) {
      let text = "";
      let k = from;
      for (; k < to; k++) {
        const c = bytes[k]!;
        if (c > 127) break;
        text += String.fromCharCode(c);
      }
      if (k === to) return text;
    }
    return decoder.decode(bytes.subarray(from, to));
  };
}

function decimalReader(data: Data, type: ArrowDecimal): ColumnReader {
  const words = data.values as Uint32Array;
  const { scale } = type;
  return (i) => new Decimal(readInt128(words, 4 * i), scale);
}

/** The 128-bit integer of four little-endian words. */
export function readInt128(words: Uint32Array, at: number): bigint {
  const high = words[at + 3]!;
  // Most decimals fit 52 bits: two words and the sign.
  if (high === 0 && words[at + 2] === 0 && words[at + 1]! < 0x10_0000) {
    return BigInt(words[at + 1]! * 0x1_0000_0000 + words[at]!);
  }
  const unsigned =
    (BigInt(high) << 96n) |
    (BigInt(words[at + 2]!) << 64n) |
    (BigInt(words[at + 1]!) << 32n) |
    BigInt(words[at]!);
  return BigInt.asIntN(128, unsigned);
}

function timestampReader(data: Data, type: Timestamp): ColumnReader {
  const longs = data.values as BigInt64Array;
  const utc = type.timezone !== null && type.timezone !== undefined;
  switch (type.unit) {
    case TimeUnit.MICROSECOND:
      return utc ? (i) => longs[i]! : (i) => formatMicros(longs[i]!);
    case TimeUnit.MILLISECOND:
      return utc ? (i) => dateOf(Number(longs[i])) : (i) => formatMicros(longs[i]! * 1000n);
    default:
      return utc
        ? (i) => dateOf(Number(longs[i]) * 1000)
        : (i) => formatMicros(longs[i]! * 1_000_000n);
  }
}

/** Arrow's milliseconds and seconds go further than a Date does. */
function dateOf(ms: number): Date {
  const date = new Date(ms);
  if (!Number.isNaN(date.getTime())) return date;
  throw new CoreError(
    "CORE_INVALID_VALUE",
    `An instant ${ms} ms from 1970 is further away than a Date reaches.`,
    { hint: "Cast the column to microseconds, which are read as bigint." },
  );
}

function rangeReader(data: Data): (index: number) => readonly [number, number] {
  if (DataType.isFixedSizeList(data.type)) {
    const size = data.type.listSize;
    return (i) => [i * size, (i + 1) * size];
  }
  const offsets = data.valueOffsets as Int32Array;
  return (i) => [offsets[i]!, offsets[i + 1]!];
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
