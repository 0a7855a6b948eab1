import type { PairChunk } from "../blocking/pairs.ts";
import { type CompiledComparison, levelOf } from "../compare/compile.ts";

/** The weights of one comparison for the values of some records, in bits (log2 of m over u). */
export interface Weights {
  /** By level; with the frequency left out. */
  readonly levels: Float64Array;
  /** For each value the weight of agreeing on it, frequency included. */
  readonly equal: Float64Array;
}

/** Scores pairs: the sum of the weights of their levels, without the prior. */
export interface Scorer {
  /** The weight of a pair, summed in the order of the comparisons. */
  weigh(i: number, j: number): number;
  /**
   * Hands on the pairs of a chunk whose weight is at least `floor`. A pair is given up as soon as what is left to compare
   * cannot lift it to the floor.
   */
  scan(chunk: PairChunk, floor: number, keep: (i: number, j: number, weight: number) => void): void;
}

/** A scorer over compiled comparisons. */
export function scorer(
  comparisons: readonly CompiledComparison[],
  weights: readonly Weights[],
): Scorer {
  const width = comparisons.length;
  const cells = interleave(comparisons);
  // The weight of different values can be no better than this.
  const bestUnequal = Float64Array.from(comparisons, (comparison, k) =>
    bestOf(comparison, weights[k]!),
  );
  const equal = weights.map((w) => w.equal);
  const unequal = weights.map((w) => w.levels);
  const unequalLevel = comparisons.map((comparison) => comparison.unequalLevel);
  // Differences are looked at in the order of what they may cost, so that bad pairs are given up early.
  const order = Int32Array.from(comparisons.keys()).sort(
    (a, b) => rangeOf(weights[b]!, bestUnequal[b]!) - rangeOf(weights[a]!, bestUnequal[a]!),
  );

  const weigh = (i: number, j: number): number => {
    let total = 0;
    for (let k = 0; k < width; k++) {
      const level = levelOf(comparisons[k]!, i, j);
      if (level < 0) continue;
      const code = cells[i * width + k]!;
      total += code === cells[j * width + k] ? equal[k]![code]! : unequal[k]![level]!;
    }
    return total;
  };

  const pending = new Int32Array(width);
  return {
    weigh,
    scan: (chunk, floor, keep) => {
      const { left, right, length } = chunk;
      next: for (let n = 0; n < length; n++) {
        const i = left[n]!;
        const j = right[n]!;
        const atI = i * width;
        const atJ = j * width;
        let bound = 0;
        let open = 0;
        for (let o = 0; o < width; o++) {
          const k = order[o]!;
          const a = cells[atI + k]!;
          const b = cells[atJ + k]!;
          if (a < 0 || b < 0) continue;
          if (a === b) bound += equal[k]![a]!;
          else {
            bound += bestUnequal[k]!;
            pending[open++] = k;
          }
        }
        if (bound < floor) continue;
        for (let o = 0; o < open; o++) {
          const k = pending[o]!;
          const level = unequalLevel[k]!(cells[atI + k]!, cells[atJ + k]!, i, j);
          bound += (level < 0 ? 0 : unequal[k]![level]!) - bestUnequal[k]!;
          if (bound < floor) continue next;
        }
        keep(i, j, weigh(i, j));
      }
    },
  };
}

/** Value numbers record by record: a pair touches two lines of memory, not two a comparison. */
function interleave(comparisons: readonly CompiledComparison[]): Int32Array {
  const width = comparisons.length;
  const size = comparisons[0]?.codes.length ?? 0;
  const cells = new Int32Array(size * width);
  comparisons.forEach(({ codes }, k) => {
    for (let i = 0; i < size; i++) cells[i * width + k] = codes[i]!;
  });
  return cells;
}

function bestOf(comparison: CompiledComparison, weights: Weights): number {
  let best = comparison.comparison.except ? 0 : -Infinity;
  for (let level = 0; level < comparison.levels; level++) {
    // Different values never reach exact().
    if (comparison.comparison.levels[level]?.kind === "exact") continue;
    best = Math.max(best, weights.levels[level]!);
  }
  return best;
}

function rangeOf(weights: Weights, best: number): number {
  return best - Math.min(...weights.levels);
}
