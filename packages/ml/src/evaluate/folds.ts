import { seededRandom } from "@lakewright/core";
import { Matrix } from "../data/matrix.ts";
import { MlError } from "../errors.ts";

/** Rows with their labels. */
export interface LabelledRows {
  readonly matrix: Matrix;
  readonly labels: Uint8Array;
}

/**
 * A fold number from 0 for each row: each fold has about the same share of class 1. The same seed, labels and order of
 * rows give the same folds.
 *
 * @throws MlError ML_TOO_FEW_ROWS where a class has fewer rows than there are folds.
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  folds: number,
  seed: number,
): Uint8Array {
  const assigned = new Uint8Array(labels.length);
  let next = 0;
  for (const rows of rowsByClass(labels, seed)) {
    if (rows.length < folds) {
      throw new MlError(
        "ML_TOO_FEW_ROWS",
        `One of the classes has ${rows.length} rows, which do not make ${folds} folds.`,
        { hint: "Give more rows, or ask for fewer folds.", details: { rows: rows.length, folds } },
      );
    }
    for (const row of rows) assigned[row] = next++ % folds;
  }
  return assigned;
}

/** A share of the rows of each class, at least one of each, and the rest. */
export function splitRows(
  matrix: Matrix,
  labels: Uint8Array,
  share: number,
  seed: number,
): { readonly part: LabelledRows; readonly rest: LabelledRows } {
  const part = new Set<number>();
  for (const rows of rowsByClass(labels, seed)) {
    if (rows.length < 2) {
      throw new MlError("ML_TOO_FEW_ROWS", "One of the classes has a single row.", {
        hint: "At least two rows of each class are needed to hold some out.",
      });
    }
    const count = Math.max(1, Math.min(rows.length - 1, Math.round(share * rows.length)));
    for (const row of rows.slice(0, count)) part.add(row);
  }
  return {
    part: takeRows(matrix, labels, (row) => part.has(row)),
    rest: takeRows(matrix, labels, (row) => !part.has(row)),
  };
}

/** The rows that a condition holds for, in order. */
export function takeRows(
  matrix: Matrix,
  labels: Uint8Array,
  condition: (row: number) => boolean,
): LabelledRows {
  const rows = Int32Array.from(labels.keys()).filter(condition);
  const columns = matrix.columns.map((column) => Float64Array.from(rows, (row) => column[row]!));
  return {
    matrix: new Matrix(rows.length, matrix.names, columns),
    labels: Uint8Array.from(rows, (row) => labels[row]!),
  };
}

function rowsByClass(labels: ArrayLike<number>, seed: number): readonly number[][] {
  const classes: [number[], number[]] = [[], []];
  for (let i = 0; i < labels.length; i++) classes[labels[i] === 1 ? 1 : 0].push(i);
  const random = seededRandom(seed);
  return classes.map((rows, k) => random.fork(k).shuffle(rows));
}
