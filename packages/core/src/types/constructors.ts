import { CoreError } from "../errors.ts";
import type { Decimal } from "../values/decimal.ts";
import { showValue } from "../values/show.ts";
import type {
  Column,
  ColumnInput,
  ColumnKind,
  Columns,
  ColumnValue,
  RowInputOf,
  RowOf,
} from "./column.ts";
import type { LogicalKind, LogicalType, TimestampUnit } from "./logical.ts";

function column<Out, In, Kind extends LogicalKind>(type: LogicalType): Column<Out, In, Kind> {
  return Object.freeze({ type: Object.freeze(type), nullable: false });
}

/** 8-bit integer, a number. */
export const int8 = (): Column<number, number, "int8"> => column({ kind: "int8" });
/** 16-bit integer, a number. */
export const int16 = (): Column<number, number, "int16"> => column({ kind: "int16" });
/** 32-bit integer, a number. */
export const int32 = (): Column<number, number, "int32"> => column({ kind: "int32" });
/** 64-bit integer, a bigint; a safe integer number is taken too. */
export const int64 = (): Column<bigint, bigint | number, "int64"> => column({ kind: "int64" });
/** 8-bit integer from 0, a number. */
export const uint8 = (): Column<number, number, "uint8"> => column({ kind: "uint8" });
/** 16-bit integer from 0, a number. */
export const uint16 = (): Column<number, number, "uint16"> => column({ kind: "uint16" });
/** 32-bit integer from 0, a number. */
export const uint32 = (): Column<number, number, "uint32"> => column({ kind: "uint32" });
/** 64-bit integer from 0, a bigint; a safe integer number is taken too. */
export const uint64 = (): Column<bigint, bigint | number, "uint64"> => column({ kind: "uint64" });
/** Single precision, a number; NaN and infinities are values. */
export const float32 = (): Column<number, number, "float32"> => column({ kind: "float32" });
/** Double precision, a number; NaN and infinities are values. */
export const float64 = (): Column<number, number, "float64"> => column({ kind: "float64" });
/** Text, well-formed Unicode. */
export const utf8 = (): Column<string, string, "utf8"> => column({ kind: "utf8" });
/** Bytes. */
export const binary = (): Column<Uint8Array, Uint8Array, "binary"> => column({ kind: "binary" });
/** true or false. */
export const bool = (): Column<boolean, boolean, "bool"> => column({ kind: "bool" });
/** A calendar day, the text "YYYY-MM-DD". It is no instant and has no zone. */
export const date = (): Column<string, string, "date"> => column({ kind: "date" });

/**
 * An exact decimal of at most `precision` digits (1 to 38), `scale` of them after the point.
 * Read as a {@link Decimal}; written as one, as text, as an integer bigint, or as a number whose shortest text fits.
 */
export function decimal(
  precision: number,
  scale: number,
): Column<Decimal, Decimal | string | bigint | number, "decimal"> {
  if (!Number.isInteger(precision) || precision < 1 || precision > 38) {
    throw invalid(`decimal(${precision}, ${scale}): the precision must be 1 to 38.`);
  }
  if (!Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw invalid(`decimal(${precision}, ${scale}): the scale must be 0 to the precision.`);
  }
  return column({ kind: "decimal", precision, scale });
}

/**
 * An instant in UTC. At "us" (the default) a row has microseconds since 1970 as a bigint, at "ms" a Date.
 * Written as a bigint in the unit, a Date, or ISO text; text without a zone is refused, because it is no instant.
 */
export function timestamp<U extends TimestampUnit = "us">(
  unit?: U,
): Column<U extends "ms" ? Date : bigint, bigint | Date | string, "timestamp"> {
  return column({ kind: "timestamp", unit: knownUnit(unit ?? "us"), utc: true });
}

/**
 * A reading of a wall clock, without a zone: ISO text such as "2026-03-29T02:30:00.125".
 * Text with a zone is refused; nothing is ever shifted by the zone of the machine.
 */
export function naiveTimestamp(
  unit: TimestampUnit = "us",
): Column<string, string | bigint, "timestamp"> {
  return column({ kind: "timestamp", unit: knownUnit(unit), utc: false });
}

/** Text of a closed list; the row type is the union of its values. */
export function oneOf<const V extends readonly [string, ...string[]]>(
  values: V,
): Column<V[number], V[number], "oneOf"> {
  if (values.length === 0 || new Set(values).size !== values.length) {
    throw invalid(`oneOf(${values.join(", ")}): give at least one value, and each once.`);
  }
  for (const value of values as readonly unknown[]) {
    if (typeof value === "string" && value.isWellFormed()) continue;
    throw invalid(`oneOf(…): ${showValue(value)} is no well-formed text.`);
  }
  return column({ kind: "oneOf", values: Object.freeze([...values]) });
}

/** An array of values of one column type. */
export function list<C extends Column>(
  item: C,
): Column<readonly ColumnValue<C>[], readonly ColumnInput<C>[], "list"> {
  return column({ kind: "list", item });
}

/** A record of named columns. */
export function struct<const C extends Columns>(
  fields: C,
): Column<RowOf<C>, RowInputOf<C>, "struct"> {
  if (Object.keys(fields).length === 0) throw invalid("struct({}): give it at least one field.");
  return column({ kind: "struct", fields: Object.freeze({ ...fields }) });
}

/** Keys and values in order, as an array of pairs; a Map is taken too. Keys are not nullable. */
export function map<K extends Column, V extends Column>(
  key: K,
  value: V,
): Column<
  readonly (readonly [ColumnValue<K>, ColumnValue<V>])[],
  | readonly (readonly [ColumnInput<K>, ColumnInput<V>])[]
  | ReadonlyMap<ColumnInput<K>, ColumnInput<V>>,
  "map"
> {
  if (key.nullable) throw invalid("map(…): a key cannot be nullable.");
  return column({ kind: "map", key, value });
}

/** The same column, with null for "no value"; a written row may leave it out. */
export function nullable<C extends Column>(
  inner: C,
): Column<ColumnValue<C> | null, ColumnInput<C> | null | undefined, ColumnKind<C>> {
  return Object.freeze({ type: inner.type, nullable: true });
}

function knownUnit(unit: TimestampUnit): TimestampUnit {
  if (unit === "us" || unit === "ms") return unit;
  throw invalid(`A timestamp of the unit ${showValue(unit)}: units are "us" and "ms".`);
}

function invalid(message: string): CoreError {
  return new CoreError("CORE_INVALID_TABLE", message);
}
