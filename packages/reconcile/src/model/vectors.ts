import { type CompiledComparison, levelOf, NO_EVIDENCE } from "../compare/compile.ts";
import { ReconcileError } from "../errors.ts";

/** How many pairs have each combination of levels. */
export interface VectorCounts {
  /** Levels of each comparison. */
  readonly levels: readonly number[];
  /** Row after row the level of each comparison; -1 where the pair gives no evidence. */
  readonly vectors: Int8Array;
  /** Pairs of each row. */
  readonly counts: Float64Array;
}

/** Counts the combinations of levels that pairs of records have. */
export interface VectorCounter {
  add(i: number, j: number): void;
  /** The counts, ordered by combination whatever the order of the pairs. */
  finish(): VectorCounts;
}

/** A counter over some comparisons. */
export function vectorCounter(comparisons: readonly CompiledComparison[]): VectorCounter {
  const levels = comparisons.map((comparison) => comparison.levels);
  if (levels.reduce((product, n) => product * (n + 1), 1) > Number.MAX_SAFE_INTEGER) {
    throw new ReconcileError(
      "RECONCILE_LIMIT",
      `${comparisons.length} comparisons have too many combinations of levels to count.`,
      { hint: "Use fewer comparisons or levels." },
    );
  }
  const counts = new Map<number, number>();
  return {
    add: (i, j) => {
      let key = 0;
      for (let k = 0; k < comparisons.length; k++) {
        key = key * (levels[k]! + 1) + levelOf(comparisons[k]!, i, j) - NO_EVIDENCE;
      }
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    finish: () => {
      const keys = Float64Array.from(counts.keys()).sort();
      const vectors = new Int8Array(keys.length * levels.length);
      keys.forEach((key, row) => {
        let rest = key;
        for (let k = levels.length - 1; k >= 0; k--) {
          const size = levels[k]! + 1;
          vectors[row * levels.length + k] = (rest % size) + NO_EVIDENCE;
          rest = Math.floor(rest / size);
        }
      });
      return { levels, vectors, counts: Float64Array.from(keys, (key) => counts.get(key)!) };
    },
  };
}
