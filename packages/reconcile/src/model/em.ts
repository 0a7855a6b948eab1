import type { VectorCounts } from "./vectors.ts";

/** The parameters of a Fellegi–Sunter model. */
export interface Parameters {
  /** λ: the share of the pairs that are matches. */
  readonly lambda: number;
  /** For each comparison the probability of each level among matches. */
  readonly m: readonly (readonly number[])[];
  /** For each comparison the probability of each level among non-matches. */
  readonly u: readonly (readonly number[])[];
}

export interface ExpectationMaximisationOptions {
  /** Leave u as it starts. Default false. */
  readonly fixU?: boolean | undefined;
  /** Steps at most. Default 100. */
  readonly maxIterations?: number | undefined;
  /** Finished when no parameter changes by more. Default 1e-5. */
  readonly tolerance?: number | undefined;
  /** No m or u is below. Default 1e-9. */
  readonly floor?: number | undefined;
  /** Pairs of the starting m that are added to those observed, to steady few data. Default 0. */
  readonly priorPairs?: number | undefined;
}

export interface ExpectationMaximisation extends Parameters {
  readonly iterations: number;
  readonly converged: boolean;
  /** The parameters at the start and after each step. */
  readonly history: readonly Parameters[];
}

/**
 * Estimates λ, m and u of a Fellegi–Sunter model from counts of level combinations, by expectation maximisation under
 * conditional independence. A comparison without evidence takes no part in its pair.
 *
 * Source: Winkler, "Using the EM algorithm for weight computation in the Fellegi–Sunter model" (1988).
 */
export function expectationMaximisation(
  data: VectorCounts,
  start: Parameters,
  options: ExpectationMaximisationOptions = {},
): ExpectationMaximisation {
  const { maxIterations = 100, tolerance = 1e-5, floor = 1e-9 } = options;
  let current: Parameters = start;
  const history: Parameters[] = [current];
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const next = step(data, current, start, options.fixU ?? false, options.priorPairs ?? 0, floor);
    const change = largestChange(current, next);
    current = next;
    history.push(current);
    if (change < tolerance) return { ...current, iterations: iteration, converged: true, history };
  }
  return { ...current, iterations: maxIterations, converged: false, history };
}

function step(
  data: VectorCounts,
  current: Parameters,
  start: Parameters,
  fixU: boolean,
  priorPairs: number,
  floor: number,
): Parameters {
  const { levels, vectors, counts, offsets } = data;
  const width = levels.length;
  const matches = current.m.map((m, k) =>
    start.m[k]!.map((p) => p * priorPairs).slice(0, m.length),
  );
  const others = current.u.map((u) => u.map(() => 0));
  const odds = current.m.map((m, k) => m.map((p, level) => Math.log2(p / current.u[k]![level]!)));
  const prior = Math.log2(current.lambda / (1 - current.lambda));
  let expected = 0;
  let total = 0;
  for (let row = 0; row < counts.length; row++) {
    const at = row * width;
    let score = prior + (offsets ? offsets[row]! : 0);
    for (let k = 0; k < width; k++) {
      const level = vectors[at + k]!;
      if (level >= 0) score += odds[k]![level]!;
    }
    const n = counts[row]!;
    const p = n / (1 + 2 ** -score);
    expected += p;
    total += n;
    for (let k = 0; k < width; k++) {
      const level = vectors[at + k]!;
      if (level < 0) continue;
      matches[k]![level]! += p;
      others[k]![level]! += n - p;
    }
  }
  const lambda = total === 0 ? current.lambda : expected / total;
  return {
    lambda: Math.min(1 - 1e-9, Math.max(1e-12, lambda)),
    m: matches.map((sums, k) => shares(sums, current.m[k]!, floor)),
    u: fixU ? current.u : others.map((sums, k) => shares(sums, current.u[k]!, floor)),
  };
}

/** Sums as shares of their total; unchanged where there is nothing. */
function shares(sums: readonly number[], current: readonly number[], floor: number): number[] {
  const total = sums.reduce((a, b) => a + b, 0);
  if (total <= 0) return [...current];
  return sums.map((sum) => Math.max(floor, sum / total));
}

function largestChange(a: Parameters, b: Parameters): number {
  let change = Math.abs(a.lambda - b.lambda);
  for (const side of ["m", "u"] as const) {
    a[side].forEach((levels, k) =>
      levels.forEach((p, level) => {
        change = Math.max(change, Math.abs(p - b[side][k]![level]!));
      }),
    );
  }
  return change;
}
