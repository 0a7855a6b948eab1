import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from "@duckdb/node-api";
import type { Decimal } from "@lakewright/core";
import { type LogicalType, parseDate, parseTimestamp } from "@lakewright/core";

/** A value of a DuckDB result in a form that can be compared with {@link ofRow}. */
export function ofDuckDB(value: unknown): unknown {
  if (value instanceof DuckDBBlobValue) return { bytes: [...value.bytes] };
  if (value instanceof DuckDBDateValue) return { days: value.days };
  if (value instanceof DuckDBDecimalValue) return { decimal: `${value.value}e${value.scale}` };
  if (value instanceof DuckDBTimestampTZValue) return { micros: String(value.micros) };
  if (value instanceof DuckDBTimestampValue) return { micros: String(value.micros) };
  if (value instanceof DuckDBListValue) return value.items.map(ofDuckDB);
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value }) => [ofDuckDB(key), ofDuckDB(value)]);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, field]) => [name, ofDuckDB(field)]),
    );
  }
  return ofPlain(value);
}

/** A value of a row as a scan gives it. */
export function ofRow(value: unknown, type: LogicalType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "binary":
      return { bytes: [...(value as Uint8Array)] };
    case "date":
      return { days: parseDate(value as string) };
    case "decimal":
      return { decimal: `${(value as Decimal).unscaled}e${(value as Decimal).scale}` };
    case "timestamp":
      return {
        micros: String(
          typeof value === "bigint"
            ? value
            : value instanceof Date
              ? BigInt(value.getTime()) * 1000n
              : parseTimestamp(value as string)!.micros,
        ),
      };
    case "list":
      return (value as unknown[]).map((item) => ofRow(item, type.item.type));
    case "map":
      return (value as [unknown, unknown][]).map(([key, item]) => [
        ofRow(key, type.key.type),
        ofRow(item, type.value.type),
      ]);
    case "struct":
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, field]) => [
          name,
          ofRow((value as Record<string, unknown>)[name], field.type),
        ]),
      );
    default:
      return ofPlain(value);
  }
}

function ofPlain(value: unknown): unknown {
  if (typeof value === "bigint") return `int ${value}`;
  if (typeof value !== "number") return value ?? null;
  return Number.isInteger(value) && !Object.is(value, -0) ? `int ${value}` : `float ${value}`;
}
