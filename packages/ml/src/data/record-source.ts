import { showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";
import type { ColumnSource } from "./matrix.ts";
import { numberOf } from "./number-of.ts";

/** An object with one array a column. */
export function recordSource(record: object): ColumnSource {
  const entries = Object.entries(record);
  for (const [name, values] of entries) {
    if (isColumn(values)) continue;
    throw new MlError(
      "ML_INVALID_DATA",
      `Column "${name}" is ${showValue(values)}, not an array.`,
      {
        hint: "Give an object with one array of numbers a feature: { amount: [1, 2], hour: [9, 17] }.",
        details: { column: name },
      },
    );
  }
  const columns = new Map<string, ArrayLike<unknown>>(entries);
  const rows = entries[0]?.[1].length ?? 0;
  for (const [name, values] of columns) {
    if (values.length === rows) continue;
    throw new MlError(
      "ML_INVALID_DATA",
      `Column "${name}" has ${values.length} values and column "${entries[0]![0]}" has ${rows}.`,
      { hint: "Give columns of one length.", details: { column: name } },
    );
  }
  return {
    rows,
    names: [...columns.keys()],
    read(name) {
      const values = columns.get(name)!;
      if (values instanceof Float64Array) return values;
      return Float64Array.from(values, (value, i) => numberOf(value, i, name));
    },
  };
}

function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
