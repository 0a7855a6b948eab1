import { showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";
import type { ColumnSource, FeatureRow } from "./matrix.ts";
import { numberOf } from "./number-of.ts";

/** Rows as columns. The columns are every property of any row, in order of appearance; absent is missing. */
export function rowSource(rows: readonly FeatureRow[]): ColumnSource {
  const names = new Set<string>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (typeof row !== "object" || row === null) {
      throw new MlError(
        "ML_INVALID_DATA",
        `Row ${i} is ${showValue(row)}, which is no row object.`,
        {
          hint: "Give an array of objects, one property a feature.",
          details: { row: i },
        },
      );
    }
    for (const name in row) names.add(name);
  }
  return {
    rows: rows.length,
    names: [...names],
    read: (name) => Float64Array.from(rows, (row, i) => numberOf(row[name], i, name)),
  };
}
