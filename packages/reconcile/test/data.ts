import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineTable, nullable, type Table, utf8 } from "@lakewright/core";
import { parse } from "csv-parse/sync";

const folder = join(import.meta.dirname, "../../../../shared/data/reconcile");

/** A file of the public data sets; undefined, with a word about it, where they are not there. */
export function dataFile(path: string): string | undefined {
  const file = join(folder, path);
  if (existsSync(file)) return readFileSync(file, "utf8");
  console.warn(`Skipped: the data set ${path} is not there.`);
  return undefined;
}

export type TextRow = Record<string, string | null>;

/** Rows of CSV with a header; an empty value is null. */
export function csvRows(text: string): TextRow[] {
  return parse(text, {
    columns: true,
    bom: true,
    cast: (value, { header }) => (value === "" && !header ? null : value),
  });
}

/** A table of the columns of the rows, all text; only the id is never null. */
export function textTable(name: string, rows: readonly TextRow[], id = "id"): Table {
  const columns = Object.keys(rows[0]!).map((column) => [
    column,
    column === id ? utf8() : nullable(utf8()),
  ]);
  return defineTable(name, Object.fromEntries(columns));
}

export interface Agreement {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How the pairs of two groupings agree, counted from the sizes of what they share. */
export function pairwise(
  found: ReadonlyMap<string, unknown>,
  truth: ReadonlyMap<string, unknown>,
): Agreement {
  const pairsOf = (keys: Iterable<string>): number => {
    const sizes = new Map<string, number>();
    for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
    return [...sizes.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  };
  const shared = pairsOf([...found].map(([id, cluster]) => `${cluster} ${truth.get(id)}`));
  const precision = shared / pairsOf([...found.values()].map(String));
  const recall = shared / pairsOf([...truth.values()].map(String));
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
