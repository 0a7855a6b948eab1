import { showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";
import type { ColumnSource } from "./matrix.ts";

/** What a classifier learns: the name of a column of the data, or one value a row: 1 or true, 0 or false. */
export type Target = string | ArrayLike<number | boolean | bigint>;

/**
 * The target as zeros and ones.
 *
 * @throws MlError ML_INVALID_TARGET where the column is not there, the count is not that of the rows, a value is missing
 * or is neither 0 nor 1, or all values are the same.
 */
export function readTarget(source: ColumnSource, target: Target): Uint8Array {
  const { rows } = source;
  const named = typeof target === "string";
  if (named && !source.names.includes(target)) {
    throw new MlError("ML_INVALID_TARGET", `The data has no target column "${target}".`, {
      hint: `Its columns are ${source.names.join(", ")}.`,
      details: { column: target },
    });
  }
  if (!named && !isArrayLike(target)) {
    throw new MlError("ML_INVALID_TARGET", `The target is ${showValue(target)}.`, {
      hint: 'Say what to learn: { target: "churned" }, or one value a row.',
    });
  }
  const values: ArrayLike<number | boolean | bigint> = named ? source.read(target) : target;
  if (values.length !== rows) {
    throw new MlError(
      "ML_INVALID_TARGET",
      `The target has ${values.length} values, and the data has ${rows} rows.`,
      { hint: "Give one value a row." },
    );
  }
  const labels = new Uint8Array(rows);
  let positives = 0;
  for (let i = 0; i < rows; i++) {
    const label = Number(values[i]);
    if (label !== 0 && label !== 1) {
      throw new MlError(
        "ML_INVALID_TARGET",
        `Row ${i}: the target is ${showValue(values[i])}, neither 0 nor 1.`,
        {
          hint: "Leave out the rows whose outcome is not known; a target of several classes is not supported.",
          details: { row: i },
        },
      );
    }
    labels[i] = label;
    positives += label;
  }
  if (positives === 0 || positives === rows) {
    throw new MlError(
      "ML_INVALID_TARGET",
      rows === 0
        ? "There are no rows to learn from."
        : `All ${rows} rows have the target ${positives === 0 ? 0 : 1}.`,
      { hint: "A classifier needs rows of both classes.", details: { rows, positives } },
    );
  }
  return labels;
}

function isArrayLike(target: unknown): boolean {
  return Array.isArray(target) || ArrayBuffer.isView(target);
}
