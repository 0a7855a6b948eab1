import { Decimal, parseTimestamp } from "@lakewright/core";
import type { MixedRow } from "./table.ts";

/** What a naive reading of a check counts. */
export interface Naive {
  readonly evaluated: number;
  readonly failed: number;
  readonly nulls: number;
}

/** Judges the values that are there one by one. */
export function naiveValues(
  rows: readonly MixedRow[],
  columns: readonly (keyof MixedRow)[],
  nulls: "skip" | "fail",
  passes: (...values: never[]) => boolean,
): Naive {
  let evaluated = 0;
  let failed = 0;
  let missing = 0;
  for (const row of rows) {
    const values = columns.map((column) => row[column]);
    const absent = values.includes(null);
    if (absent) missing++;
    if (absent && nulls === "skip") continue;
    evaluated++;
    if (absent || !passes(...(values as never[]))) failed++;
  }
  return { evaluated, failed, nulls: missing };
}

/** Rows whose values another row has as well. Quadratic on purpose. */
export function naiveUnique(
  rows: readonly MixedRow[],
  columns: readonly (keyof MixedRow)[],
): Naive {
  const there = rows.filter((row) => columns.every((column) => row[column] !== null));
  const failed = there.filter((row) =>
    there.some(
      (twin) => twin !== row && columns.every((column) => same(twin[column], row[column])),
    ),
  );
  return { evaluated: there.length, failed: failed.length, nulls: rows.length - there.length };
}

/** Equal as values: NaN is NaN, -0 is 0, an instant is its time. */
export function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** -1, 0, 1, or NaN where the two have no order. */
export function order(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number")
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (typeof a === "string" && a.includes("T")) {
    return order(parseTimestamp(a)!.micros, parseTimestamp(b as string)!.micros);
  }
  if (typeof a === "string" && /^\d{4}-\d\d-\d\d$/.test(a))
    return a < (b as string) ? -1 : a > (b as string) ? 1 : 0;
  return Decimal.from(a as string).compare(Decimal.from(b as string));
}
