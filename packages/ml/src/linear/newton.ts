import { MlError } from "../errors.ts";
import type { Job } from "../job.ts";
import { exp, log1p, sigmoid } from "../math/portable.ts";
import { solvePositiveDefinite } from "../math/cholesky.ts";

const MAX_STEPS = 100;
/** Steps are taken until none changes a weight by more than this… */
const TOLERANCE = 1e-10;
/** …or by more than this while the loss stays: on columns that nearly depend on each other rounding allows no less. */
const ROUNDING = 1e-6;

/**
 * The weights that make Σ log-loss + l2/2 · Σ weights² smallest, by Newton's method with steps halved while they do not
 * help; the intercept, at the end, carries no penalty.
 *
 * @param x - rows × width values, row by row
 * @throws MlError ML_NOT_CONVERGED where there is no smallest: without penalty, columns that depend on each other or
 * classes that a line separates.
 */
export async function fitLogistic(
  x: Float64Array,
  width: number,
  labels: Uint8Array,
  l2: number,
  job: Job,
): Promise<Float64Array> {
  const size = width + 1;
  let weights: Float64Array = new Float64Array(size);
  let loss = lossOf(x, width, labels, l2, weights);
  for (let step = 0; step < MAX_STEPS; step++) {
    const direction = newtonDirection(x, width, labels, l2, weights);
    if (direction === undefined) break;
    let rate = 1;
    let next = weights;
    let nextLoss = Infinity;
    for (; rate > 1e-10; rate /= 2) {
      next = weights.map((weight, k) => weight - rate * direction[k]!);
      nextLoss = lossOf(x, width, labels, l2, next);
      if (nextLoss <= loss) break;
    }
    const change = direction.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
    const settled = loss - nextLoss <= 1e-14 * loss && change <= ROUNDING;
    if (nextLoss <= loss) {
      weights = next;
      loss = nextLoss;
    }
    if (change <= TOLERANCE || settled || rate <= 1e-10) return weights;
    const pause = job.step("newton", step + 1, MAX_STEPS);
    if (pause) await pause;
  }
  throw new MlError("ML_NOT_CONVERGED", "The logistic regression has no finite solution.", {
    hint: "Columns depend on each other, or a line separates the classes: set l2 above 0.",
    details: { l2 },
  });
}

function lossOf(
  x: Float64Array,
  width: number,
  labels: Uint8Array,
  l2: number,
  weights: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const margin = marginOf(x, i * width, width, weights);
    const signed = labels[i] === 1 ? -margin : margin;
    loss += signed > 0 ? signed + log1p(exp(-signed)) : log1p(exp(signed));
  }
  for (let k = 0; k < width; k++) loss += (l2 / 2) * weights[k]! * weights[k]!;
  return loss;
}

export function marginOf(
  x: Float64Array,
  at: number,
  width: number,
  weights: Float64Array,
): number {
  let margin = weights[width]!;
  for (let k = 0; k < width; k++) margin += weights[k]! * x[at + k]!;
  return margin;
}

/** H⁻¹ g; undefined where the Hessian is singular. */
function newtonDirection(
  x: Float64Array,
  width: number,
  labels: Uint8Array,
  l2: number,
  weights: Float64Array,
): Float64Array | undefined {
  const size = width + 1;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (let i = 0; i < labels.length; i++) {
    const at = i * width;
    for (let k = 0; k < width; k++) row[k] = x[at + k]!;
    const p = sigmoid(marginOf(x, at, width, weights));
    const slope = p - labels[i]!;
    const curvature = p * (1 - p);
    for (let k = 0; k < size; k++) {
      const value = row[k]!;
      if (value === 0) continue;
      gradient[k]! += slope * value;
      const scaled = curvature * value;
      for (let j = 0, to = k * size; j <= k; j++) hessian[to + j]! += scaled * row[j]!;
    }
  }
  for (let k = 0; k < width; k++) {
    gradient[k]! += l2 * weights[k]!;
    hessian[k * size + k]! += l2;
  }
  return solvePositiveDefinite(hessian, gradient) ? gradient : undefined;
}
