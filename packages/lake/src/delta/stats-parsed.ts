import { stringifyJson } from "@lakewright/core";
import type { StoredColumn } from "./columns.ts";
import { formatWithMillis, microsOf } from "./instant.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Statistics a checkpoint had as a struct, as the JSON text of `add.stats`. Bounds of nested columns are left out: a bound
 * left out is a bound unknown.
 */
export function parsedStatsText(parsed: Values, columns: readonly StoredColumn[]): string {
  return stringifyJson({
    numRecords: parsed["numRecords"] ?? undefined,
    minValues: bounds(parsed["minValues"], columns),
    maxValues: bounds(parsed["maxValues"], columns),
    nullCount: parsed["nullCount"] ?? undefined,
  });
}

function bounds(values: unknown, columns: readonly StoredColumn[]): Values | undefined {
  if (typeof values !== "object" || values === null) return undefined;
  return Object.fromEntries(
    columns.flatMap(({ physical, column: { type } }) => {
      const value = (values as Values)[physical] ?? undefined;
      if (value === undefined || type.kind === "struct" || value instanceof Uint8Array) return [];
      if (type.kind !== "timestamp") return [[physical, value]];
      return [[physical, formatWithMillis(microsOf(value)) + (type.utc ? "Z" : "")]];
    }),
  );
}
