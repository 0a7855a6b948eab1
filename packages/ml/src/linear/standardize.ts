import type { Matrix } from "../data/matrix.ts";

/** Mean and population standard deviation of each column, missing values left out; a constant column has scale 0. */
export interface Scaling {
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

export function scalingOf(matrix: Matrix): Scaling {
  const means = new Float64Array(matrix.columns.length);
  const scales = new Float64Array(matrix.columns.length);
  for (const [k, column] of matrix.columns.entries()) {
    let count = 0;
    let sum = 0;
    for (const value of column) {
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
    }
    const mean = count === 0 ? 0 : sum / count;
    let squares = 0;
    for (const value of column) {
      if (!Number.isNaN(value)) squares += (value - mean) * (value - mean);
    }
    const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
    means[k] = mean;
    // A deviation of nothing but rounding is none.
    scales[k] = deviation > 1e-13 * Math.abs(mean) ? deviation : 0;
  }
  return { means, scales };
}

/** (x - mean) / scale row by row; 0 for a missing value and in a constant column. */
export function standardize(matrix: Matrix, { means, scales }: Scaling): Float64Array {
  const width = matrix.columns.length;
  const out = new Float64Array(matrix.rows * width);
  for (const [k, column] of matrix.columns.entries()) {
    const mean = means[k]!;
    const scale = scales[k]!;
    if (scale === 0) continue;
    for (let i = 0, at = k; i < matrix.rows; i++, at += width) {
      const value = column[i]!;
      out[at] = Number.isNaN(value) ? 0 : (value - mean) / scale;
    }
  }
  return out;
}
