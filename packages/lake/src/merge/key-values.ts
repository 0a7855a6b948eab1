import {
  bigintRange,
  columnReader,
  Decimal,
  describeType,
  floorDiv,
  integerRange,
  type LogicalType,
  plainValues,
  toArrowType,
  validityOf,
} from "@lakewright/core";
import type { Data } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { isKeyOf, type KeyColumn, type WordColumn } from "./key-index.ts";

/** Keys of a column of the table, whose type it has. */
export function targetKeys(type: LogicalType, data: Data): KeyColumn {
  const { length: rows } = data;
  const isKey = isKeyOf(data);
  if (isText(type) || type.kind === "binary") {
    const { values, valueOffsets } = data;
    return {
      kind: "bytes",
      rows,
      bytes: values as Uint8Array,
      offsets: valueOffsets as Int32Array,
      isKey,
    };
  }
  const width = widthOf(type);
  return { kind: "words", rows, width, words: wordsOf(type, data, rows * width), isKey };
}

/**
 * Keys of a source column as the column of the table it is compared with has them. A value that type cannot hold is no
 * key: nothing in the table equals it.
 *
 * @throws LakeError LAKE_INVALID_OPTION for types that are not compared by value.
 */
export function sourceKeys(
  from: LogicalType,
  given: Data,
  type: LogicalType,
  names: { readonly source: string; readonly target: string },
): KeyColumn {
  assertComparable(from, type, names);
  const data = plainValues(given);
  if (String(toArrowType(from)) === String(toArrowType(type))) return targetKeys(type, data);
  const width = widthOf(type);
  const rows = data.length;
  const words = new Int32Array(rows * width);
  const isKey = new Uint8Array(rows);
  const put = putterOf(type, words);
  const convert = converterOf(from, type);
  const read = columnReader(data);
  const instants = from.kind === "timestamp" ? (data.values as BigInt64Array) : undefined;
  const isValid = validityOf(data);
  for (let row = 0; row < rows; row++) {
    if (!isValid(row)) continue;
    const value = convert(instants ? instants[row]! : read(row));
    if (value === undefined) continue;
    put(row, value);
    isKey[row] = 1;
  }
  return { kind: "words", rows, width, words, isKey: (row) => isKey[row] === 1 };
}

/** Several key columns as one, by the numbers that each column's keys have. A row without one of them has none. */
export function combinedKeys(ids: readonly [Int32Array, Int32Array]): WordColumn {
  const [left, right] = ids;
  const rows = left.length;
  const words = new Int32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    words[2 * row] = left[row]!;
    words[2 * row + 1] = right[row]!;
  }
  const isKey = (row: number): boolean => left[row]! >= 0 && right[row]! >= 0;
  return { kind: "words", rows, width: 2, words, isKey };
}

/** 32-bit words of a key of the type. */
function widthOf(type: LogicalType): number {
  switch (type.kind) {
    case "int64":
    case "uint64":
    case "float64":
    case "timestamp":
      return 2;
    case "decimal":
      return 4;
    default:
      return 1;
  }
}

function wordsOf(type: LogicalType, data: Data, count: number): Int32Array {
  const values = data.values as Int32Array;
  switch (type.kind) {
    case "bool":
      return bitsOf(data);
    case "int8":
    case "int16":
    case "uint8":
    case "uint16":
      return Int32Array.from(values);
    case "float32":
      return asWords(Float32Array.from(values, oneForm));
    case "float64":
      return asWords(Float64Array.from(values, oneForm));
    default:
      return new Int32Array(values.buffer, values.byteOffset, count);
  }
}

function asWords(values: Float32Array | Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

/** -0 equals 0, and NaN has many forms. */
function oneForm(value: number): number {
  return value === 0 ? 0 : Number.isNaN(value) ? NaN : value;
}

function bitsOf({ values, offset, length }: Data): Int32Array {
  const bits = values as Uint8Array;
  return Int32Array.from(
    { length },
    (_, i) => (bits[(offset + i) >> 3]! >> ((offset + i) & 7)) & 1,
  );
}

/** Puts exact values of the type in their place among the words. */
function putterOf(
  type: LogicalType,
  words: Int32Array,
): (row: number, value: number | bigint) => void {
  switch (type.kind) {
    case "float64": {
      const values = new Float64Array(words.buffer);
      return (row, value) => (values[row] = oneForm(Number(value)));
    }
    case "float32": {
      const values = new Float32Array(words.buffer);
      return (row, value) => (values[row] = oneForm(Number(value)));
    }
    case "int64":
    case "uint64":
    case "timestamp": {
      const values = new BigInt64Array(words.buffer);
      return (row, value) => (values[row] = BigInt(value));
    }
    case "decimal": {
      const values = new BigInt64Array(words.buffer);
      return (row, value) => {
        values[2 * row] = BigInt(value);
        values[2 * row + 1] = BigInt(value) >> 64n;
      };
    }
    default:
      return (row, value) => (words[row] = Number(value));
  }
}

/** Makes of a value of one type the same of another; undefined where that type does not have it. */
function converterOf(
  from: LogicalType,
  type: LogicalType,
): (value: unknown) => number | bigint | undefined {
  switch (type.kind) {
    case "decimal": {
      const limit = 10n ** BigInt(type.precision);
      return (value) => {
        const unscaled = exactAt(value, type.scale);
        return unscaled !== undefined && unscaled < limit && unscaled > -limit
          ? unscaled
          : undefined;
      };
    }
    case "float32":
    case "float64":
      return (value) => {
        const number = Number(value);
        const held = type.kind === "float32" ? Math.fround(number) : number;
        const same = typeof value === "bigint" ? BigInt(held) === value : Object.is(held, value);
        return same ? held : undefined;
      };
    case "timestamp": {
      const [have, want] = [unitOf(from), unitOf(type)];
      return (value) => {
        const micros = (value as bigint) * have;
        const held = floorDiv(micros, want);
        return held * want === micros && BigInt.asIntN(64, held) === held ? held : undefined;
      };
    }
    default: {
      const [low, high] = rangeOf(type);
      return (value) => {
        const exact = exactAt(value, 0);
        return exact !== undefined && exact >= low && exact <= high ? exact : undefined;
      };
    }
  }
}

/** A number as units of a decimal scale; undefined where it lies between two. */
function exactAt(value: unknown, scale: number): bigint | undefined {
  if (typeof value === "number" && !Number.isInteger(value)) return undefined;
  const exact = value instanceof Decimal ? value : new Decimal(BigInt(value as number), 0);
  if (exact.scale <= scale) return exact.rescale(scale).unscaled;
  const unit = 10n ** BigInt(exact.scale - scale);
  return exact.unscaled % unit === 0n ? exact.unscaled / unit : undefined;
}

function unitOf(type: LogicalType): bigint {
  return type.kind === "timestamp" && type.unit === "ms" ? 1000n : 1n;
}

function rangeOf(type: LogicalType): readonly [bigint, bigint] {
  if (type.kind === "int64" || type.kind === "uint64") return bigintRange[type.kind];
  const [low, high] = integerRange[type.kind as keyof typeof integerRange];
  return [BigInt(low), BigInt(high)];
}

function assertComparable(
  from: LogicalType,
  type: LogicalType,
  names: { readonly source: string; readonly target: string },
): void {
  const [source, target] = [familyOf(from), familyOf(type)];
  if (source !== undefined && source === target) return;
  const exact = ["integer", "decimal"];
  if (exact.includes(source!) && exact.includes(target!)) return;
  const numbers = ["integer", "float"];
  if (numbers.includes(source!) && numbers.includes(target!)) return;
  throw new LakeError(
    "LAKE_INVALID_OPTION",
    `merge: source column "${names.source}" is ${describeType(from)} and column "${names.target}" of the table ${describeType(type)}; their values are not compared.`,
    {
      hint: 'Give the source column the type of the table\'s, or compare it by an expression: sql("id = cast(source.id as bigint)").',
      details: { ...names, sourceType: describeType(from), targetType: describeType(type) },
    },
  );
}

/** Types whose values are compared with each other; undefined for those no key can have. */
function familyOf(type: LogicalType): string | undefined {
  if (/^u?int/.test(type.kind)) return "integer";
  if (isText(type)) return "text";
  switch (type.kind) {
    case "float32":
    case "float64":
      return "float";
    case "timestamp":
      return type.utc ? "instant" : "wall clock";
    case "list":
    case "struct":
    case "map":
      return undefined;
    default:
      return type.kind;
  }
}

function isText(type: LogicalType): boolean {
  return type.kind === "utf8" || type.kind === "oneOf";
}
