import { generateSource, type GeneratedSource } from "../../src/source/generate/generate.ts";
import type { AnyRow } from "../../src/source/generate/world.ts";

/** A small company: a fiftieth of the seed's rows. */
export const SCALE = 0.02;

let small: GeneratedSource | undefined;

export function smallSource(): GeneratedSource {
  small ??= generateSource({ seed: 7, scale: SCALE });
  return small;
}

/** Rows of a table, by any column. */
export function rowsOf(source: GeneratedSource, table: string): AnyRow[] {
  return [...(source.rows.get(table) ?? [])];
}

/** Whole cents of an amount. */
export function cents(amount: unknown): number {
  return Math.round(Number(amount) * 100);
}

export function sumBy(
  rows: readonly AnyRow[],
  key: string,
  value: (row: AnyRow) => number,
): Map<unknown, number> {
  const sums = new Map<unknown, number>();
  for (const row of rows) sums.set(row[key], (sums.get(row[key]) ?? 0) + value(row));
  return sums;
}
