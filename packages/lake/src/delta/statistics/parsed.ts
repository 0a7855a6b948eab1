import {
  bigintRange,
  Decimal,
  formatMicros,
  integerRange,
  parseDate,
  parseJson,
  parseTimestamp,
  stringifyJson,
} from "@lakewright/core";
import { hasBounds } from "../checkpoint/shape.ts";
import type { StoredColumn } from "../schema/columns.ts";
import { formatWithMillis, microsOf } from "../partition/instant.ts";
import type { StatsLeaf } from "./columns.ts";

type Values = Readonly<Record<string, unknown>>;

/** Statistics a checkpoint had as a struct, as the JSON text of `add.stats`. */
export function parsedStatsText(parsed: Values, columns: readonly StoredColumn[]): string {
  return stringifyJson({
    numRecords: parsed["numRecords"] ?? undefined,
    minValues: bounds(parsed["minValues"], columns),
    maxValues: bounds(parsed["maxValues"], columns),
    nullCount: withoutNulls(parsed["nullCount"]),
    tightBounds: parsed["tightBounds"] ?? undefined,
  });
}

function bounds(values: unknown, columns: readonly StoredColumn[]): Values | undefined {
  if (!isObject(values)) return undefined;
  return Object.fromEntries(
    columns.flatMap(({ physical, column: { type }, children }): [string, unknown][] => {
      const value = Object.hasOwn(values, physical) ? (values[physical] ?? undefined) : undefined;
      if (value === undefined || value instanceof Uint8Array) return [];
      if (type.kind === "struct") return [[physical, bounds(value, children)]];
      if (type.kind !== "timestamp") return [[physical, value]];
      return [[physical, formatWithMillis(microsOf(value)) + (type.utc ? "Z" : "")]];
    }),
  );
}

function withoutNulls(values: unknown): unknown {
  if (!isObject(values)) return values ?? undefined;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, withoutNulls(value)]],
    ),
  );
}

/**
 * The JSON text of `add.stats` as a row value of `stats_parsed`; null for text that is none. A bound of another type
 * than its column's is left out: a bound left out is a bound unknown.
 */
export function statsRow(stats: string, leaves: readonly StatsLeaf[]): Values | null {
  let parsed: unknown;
  try {
    parsed = parseJson(stats);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const { minValues, maxValues, nullCount, numRecords, tightBounds } = parsed;
  const bounded = leaves.filter(hasBounds);
  return {
    numRecords: countOf(numRecords),
    ...(bounded.length > 0 && {
      minValues: nested(bounded, 0, minValues, boundOf),
      maxValues: nested(bounded, 0, maxValues, boundOf),
    }),
    ...(leaves.length > 0 && { nullCount: nested(leaves, 0, nullCount, (_, n) => countOf(n)) }),
    tightBounds: typeof tightBounds === "boolean" ? tightBounds : null,
  };
}

function nested(
  leaves: readonly StatsLeaf[],
  depth: number,
  values: unknown,
  read: (leaf: StatsLeaf, value: unknown) => unknown,
): Values | null {
  if (!isObject(values)) return null;
  const groups = new Map<string, StatsLeaf[]>();
  for (const leaf of leaves) {
    const name = leaf.path[depth]!;
    const group = groups.get(name);
    if (group) group.push(leaf);
    else groups.set(name, [leaf]);
  }
  return Object.fromEntries(
    Array.from(groups, ([name, group]) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      const isLeaf = group[0]!.path.length === depth + 1;
      return [name, isLeaf ? read(group[0]!, value) : nested(group, depth + 1, value, read)];
    }),
  );
}

function countOf(value: unknown): number | bigint | null {
  const isCount = typeof value === "bigint" || Number.isSafeInteger(value);
  return isCount ? (value as number | bigint) : null;
}

/** A bound as a row has it, exactly; what a row cannot hold is none. */
function boundOf({ type }: StatsLeaf, value: unknown): unknown {
  const isText = typeof value === "string";
  const isNumber =
    typeof value === "number" || typeof value === "bigint" || value instanceof Decimal;
  switch (type.kind) {
    case "utf8":
      return isText && value.isWellFormed() ? value : null;
    case "date":
      return isText && parseDate(value) !== undefined ? value : null;
    case "timestamp": {
      const parsed = isText ? parseTimestamp(value) : undefined;
      if (!parsed || parsed.lossy) return null;
      return type.utc ? parsed.micros : formatMicros(parsed.micros);
    }
    case "decimal":
      return isNumber ? decimalOf(value, type) : null;
    case "float32":
      return isNumber ? Math.fround(Number(value)) : null;
    case "float64":
      return isNumber ? Number(value) : null;
    case "int64":
      return isInteger(value, ...bigintRange.int64) ? value : null;
    case "int8":
    case "int16":
    case "int32":
      return isInteger(value, ...integerRange[type.kind]) ? value : null;
    default:
      return null;
  }
}

function isInteger(value: unknown, least: number | bigint, most: number | bigint): boolean {
  const isExact = typeof value === "bigint" || Number.isSafeInteger(value);
  return isExact && (value as number) >= least && (value as number) <= most;
}

function decimalOf(
  value: number | bigint | Decimal,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): Decimal | null {
  const exact = value instanceof Decimal ? value : Decimal.from(String(value));
  if (exact.scale > scale) return null;
  const stored = exact.rescale(scale);
  const limit = 10n ** BigInt(precision);
  return stored.unscaled < limit && stored.unscaled > -limit ? stored : null;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
