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
  /** What speaks for a match besides the levels, in bits, for each row: how rare the values are. Default 0. */
  readonly offsets?: Float64Array | undefined;
}

/** Offsets are counted in steps of half a bit, from -16 to 15.5. */
const STEPS = 64;
const stepOf = (bits: number): number =>
  Math.round(2 * Math.max(-16, Math.min(15.5, bits))) + STEPS / 2;

/** Counts the combinations of levels that pairs of records have. */
export interface VectorCounter {
  add(i: number, j: number): void;
  /** The counts, ordered by combination whatever the order of the pairs. */
  finish(): VectorCounts;
}

/** A counter over some comparisons; `bits` has for each what agreeing on a value is worth besides the level. */
export function vectorCounter(
  comparisons: readonly CompiledComparison[],
  bits: readonly (Float64Array | undefined)[] = [],
): VectorCounter {
  const levels = comparisons.map((comparison) => comparison.levels);
  if (levels.reduce((product, n) => product * (n + 1), STEPS) > Number.MAX_SAFE_INTEGER) {
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
      let offset = 0;
      for (let k = 0; k < comparisons.length; k++) {
        const { codes } = comparisons[k]!;
        key = key * (levels[k]! + 1) + levelOf(comparisons[k]!, i, j) - NO_EVIDENCE;
        const own = bits[k];
        if (own && codes[i]! >= 0 && codes[i] === codes[j]) offset += own[codes[i]!]!;
      }
      key = key * STEPS + stepOf(offset);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    finish: () => {
      const keys = Float64Array.from(counts.keys()).sort();
      const vectors = new Int8Array(keys.length * levels.length);
      keys.forEach((key, row) => {
        let rest = Math.floor(key / STEPS);
        for (let k = levels.length - 1; k >= 0; k--) {
          const size = levels[k]! + 1;
          vectors[row * levels.length + k] = (rest % size) + NO_EVIDENCE;
          rest = Math.floor(rest / size);
        }
      });
      return {
        levels,
        vectors,
        counts: Float64Array.from(keys, (key) => counts.get(key)!),
        offsets: Float64Array.from(keys, (key) => ((key % STEPS) - STEPS / 2) / 2),
      };
    },
  };
}
