import type { Matrix } from "../data/matrix.ts";
import { TreeExplainer } from "../trees/shap.ts";
import type { Trees } from "../trees/trees.ts";
import type { Reason } from "./result.ts";

/** What each feature adds for each row: base + the sum of a row's values is what the model gives. */
export interface Contributions {
  readonly base: number;
  readonly features: readonly string[];
  /** Row by row: feature k of row i at `values[i * features.length + k]`. */
  readonly values: Float64Array;
}

/** SHAP values of start + scale · Σ leaves. */
export function explainTrees(
  trees: Trees,
  matrix: Matrix,
  start: number,
  scale: number,
): Contributions {
  const width = matrix.columns.length;
  const explainer = new TreeExplainer(trees, width);
  const values = new Float64Array(matrix.rows * width);
  for (let i = 0; i < matrix.rows; i++) {
    explainer.addRow(matrix, i, values.subarray(i * width, (i + 1) * width));
  }
  if (scale !== 1) for (let j = 0; j < values.length; j++) values[j]! *= scale;
  return { base: start + scale * explainer.base, features: matrix.names, values };
}

/** The `count` features that add most to each row, the largest first; `by` says what counts as large. */
export function topReasons(
  { features, values }: Contributions,
  matrix: Matrix,
  count: number,
  by: (contribution: number) => number,
): Reason[][] {
  const width = features.length;
  const order = [...features.keys()];
  return Array.from({ length: matrix.rows }, (_, i) => {
    const row = values.subarray(i * width, (i + 1) * width);
    return order
      .filter((k) => by(row[k]!) > 0)
      .sort((a, b) => by(row[b]!) - by(row[a]!) || a - b)
      .slice(0, count)
      .map((k) => {
        const value = matrix.columns[k]![i]!;
        return {
          feature: features[k]!,
          value: Number.isNaN(value) ? null : value,
          contribution: row[k]!,
        };
      });
  });
}
