import { Decimal, formatDate, stringifyJson } from "@lakewright/core";
import type { LogicalType } from "@lakewright/core";
import type { ColumnStatistics } from "../../parquet/types.ts";
import { formatWithMillis } from "../partition/instant.ts";
import type { StatsLeaf } from "./columns.ts";

type Nested = { [name: string]: unknown };

export interface FileStatistics {
  readonly rows: number;
  /** Of the leaves of the file, as its writer gave them. */
  readonly columns: readonly ColumnStatistics[];
  /** Nulls of lists and maps, whose own leaves do not tell, by path joined by dots. */
  readonly nullCounts: ReadonlyMap<string, number>;
}

/**
 * The statistics of a file as `add.stats` has them ("Per-file Statistics" of PROTOCOL.md): minimum and maximum of
 * numbers, dates, timestamps and text, null counts of every leaf given.
 */
export function formatStats(leaves: readonly StatsLeaf[], file: FileStatistics): string {
  const byPath = new Map(file.columns.map((column) => [column.path.join("."), column]));
  const minValues: Nested = {};
  const maxValues: Nested = {};
  const nullCount: Nested = {};
  for (const { path, type } of leaves) {
    const key = path.join(".");
    const column = byPath.get(key);
    const nulls = file.nullCounts.get(key) ?? column?.nullCount;
    if (nulls !== undefined) assign(nullCount, path, nulls);
    if (column?.min === undefined || column.max === undefined) continue;
    const min = lowerBound(type, column.min);
    const max = upperBound(type, column.max);
    if (min !== undefined) assign(minValues, path, min);
    if (max !== undefined) assign(maxValues, path, max);
  }
  return stringifyJson({ numRecords: file.rows, minValues, maxValues, nullCount });
}

type Bound = number | bigint | string;
type JsonBound = Bound | Decimal | undefined;

function lowerBound(type: LogicalType, min: Bound): JsonBound {
  return type.kind === "utf8" ? textPrefix(min as string) : scalarBound(type, min);
}

function upperBound(type: LogicalType, max: Bound): JsonBound {
  return type.kind === "utf8" ? textCeiling(max as string) : scalarBound(type, max);
}

function scalarBound(type: LogicalType, bound: Bound): JsonBound {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "int32":
    case "int64":
      return bound;
    case "float32":
    case "float64":
      // JSON has no infinity, and a bound left out is a bound unknown.
      return Number.isFinite(bound) ? bound : undefined;
    case "decimal":
      return new Decimal(bound as bigint, type.scale);
    case "date":
      return ofCommonEra(formatDate(bound as number));
    case "timestamp":
      return ofCommonEra(formatWithMillis(bound as bigint) + (type.utc ? "Z" : ""));
    default:
      return undefined;
  }
}

/** Years beyond four digits have a form that other readers take for something else. */
function ofCommonEra(text: string): string | undefined {
  return /^\d{4}-/.test(text) ? text : undefined;
}

const PREFIX = 32;
const DELETE = "\u007f";
const LAST = "\u{10ffff}";

function textPrefix(text: string): string {
  return text.length <= PREFIX ? text : beginning(text).slice(0, PREFIX).join("");
}

/**
 * A text of few characters that no text with the same beginning exceeds: the prefix and a character above the first one
 * cut off. Source: StatisticsCollection.truncateMaxStringAgg of delta-io/delta.
 */
export function textCeiling(text: string): string | undefined {
  if (text.length <= PREFIX) return text;
  const characters = beginning(text);
  for (let length = PREFIX; length < 2 * PREFIX; length++) {
    const next = characters[length];
    if (next === undefined) return text;
    if (next === LAST) continue;
    return characters.slice(0, length).join("") + (next < DELETE ? DELETE : LAST);
  }
  return characters.length <= 2 * PREFIX ? text : undefined;
}

/** The first characters of a text: more than twice the prefix, where it has as many. */
function beginning(text: string): string[] {
  return Array.from(text.slice(0, 4 * PREFIX + 2));
}

function assign(target: Nested, path: readonly string[], value: unknown): void {
  let at = target;
  for (const name of path.slice(0, -1)) {
    // A column may be called "__proto__": own properties only.
    if (!Object.hasOwn(at, name)) define(at, name, {});
    at = at[name] as Nested;
  }
  define(at, path.at(-1)!, value);
}

function define(target: Nested, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
