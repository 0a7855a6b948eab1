import { Decimal, floorDiv, type LogicalType, parseDate, parseTimestamp } from "@lakewright/core";
import type { Key } from "../where/bind.ts";

/** What is known of the values of a column in a file or row group. */
export interface ColumnBounds {
  /** No value is below; undefined where not known. */
  readonly min?: Key | undefined;
  /** No value is above, except NaN. */
  readonly max?: Key | undefined;
  /** Whether there may be NaN. Default false. */
  readonly nan?: boolean | undefined;
  readonly nulls?: number | undefined;
  /** Whether every value is null; undefined where `nulls` and the number of rows tell. */
  readonly allNull?: boolean | undefined;
}

/** Statistics of a column by name; undefined where nothing is known. */
export interface Bounds {
  readonly rows: number | undefined;
  of(column: string): ColumnBounds | undefined;
}

/** A value of a row as its column is compared; undefined for types without an order. */
export function keyOfValue(type: LogicalType, value: unknown): Key | undefined {
  switch (type.kind) {
    case "decimal":
      return decimalKey(value, type.scale);
    case "bool":
      return typeof value === "boolean" ? Number(value) : undefined;
    case "date":
      return typeof value === "string" ? parseDate(value) : undefined;
    case "timestamp": {
      const micros = microsOfBound(value);
      return micros === undefined || type.unit === "us" ? micros : floorDiv(micros, 1000n);
    }
    case "float32":
    case "float64":
      return floatKey(value, type.kind === "float32");
    case "utf8":
    case "oneOf":
      return typeof value === "string" ? value : undefined;
    case "binary":
      return value instanceof Uint8Array ? value : undefined;
    case "list":
    case "map":
    case "struct":
      return undefined;
    default:
      return typeof value === "number" || typeof value === "bigint" ? value : undefined;
  }
}

/** Single precision as JSON has it may have been written with more digits, or fewer. */
function floatKey(value: unknown, single: boolean): number | undefined {
  const number = value instanceof Decimal ? value.toNumber() : Number(value);
  if (Number.isNaN(number)) return undefined;
  return single ? Math.fround(number) : number;
}

function decimalKey(value: unknown, scale: number): bigint | undefined {
  try {
    return Decimal.from(value as Decimal).rescale(scale).unscaled;
  } catch {
    return undefined;
  }
}

function microsOfBound(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  return typeof value === "string" ? parseTimestamp(value)?.micros : undefined;
}
