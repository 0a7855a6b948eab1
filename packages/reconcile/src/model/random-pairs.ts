import { seededRandom } from "@lakewright/core";
import { type CompiledComparison, levelOf } from "../compare/compile.ts";
import type { Job } from "../job.ts";

/** For each comparison the pairs of each level. */
export type LevelCounts = readonly Float64Array[];

const STRETCH = 8192;

/** The levels of all pairs, or of `maxPairs` random ones where there are more: nearly all of them are no matches. */
export async function countRandomPairs(
  comparisons: readonly CompiledComparison[],
  records: number,
  maxPairs: number,
  seed: number,
  job: Job,
): Promise<LevelCounts> {
  const counts = comparisons.map((comparison) => new Float64Array(comparison.levels));
  const add = (i: number, j: number): void => {
    for (let k = 0; k < comparisons.length; k++) {
      const level = levelOf(comparisons[k]!, i, j);
      if (level >= 0) counts[k]![level]!++;
    }
  };
  const all = (records * (records - 1)) / 2;
  const total = Math.min(all, maxPairs);
  const random = seededRandom(seed);
  let done = 0;
  let i = 0;
  let j = 0;
  while (done < total) {
    await job.pause();
    const until = Math.min(total, done + STRETCH);
    for (; done < until; done++) {
      if (all <= maxPairs) {
        if (++j === records) j = ++i + 1;
        add(i, j);
      } else {
        const a = random.integer(records);
        const b = random.integer(records - 1);
        add(a, b < a ? b : b + 1);
      }
    }
    job.report({ phase: "random pairs", done, total, unit: "rows" });
  }
  return counts;
}

/** How often each value of a comparison occurs. */
export function valueCounts({ codes, texts }: CompiledComparison): Float64Array {
  const counts = new Float64Array(texts.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return counts;
}

/**
 * Few records say little of what is common: they count together with this many pairs, of which this many agree, as in a
 * larger population. Thousands of records outweigh them.
 */
const ASSUMED_PAIRS = 200;
const ASSUMED_AGREEING = 2;

/** The probability that two records that have a value have the same, exactly. */
export function agreementOf(counts: Float64Array): number {
  let records = 0;
  let agreeing = 0;
  for (const n of counts) {
    records += n;
    agreeing += (n * (n - 1)) / 2;
  }
  return (agreeing + ASSUMED_AGREEING) / ((records * (records - 1)) / 2 + ASSUMED_PAIRS);
}

/** The share of each level; that of equal values, where given, is known better than the sample tells. */
export function levelShares(
  counts: Float64Array,
  equalLevel: number,
  agreement: number | undefined,
): number[] {
  const others = counts.length - 1;
  const shares = Array.from(counts, (n, level) => n + 0.5 + (level === others ? ASSUMED_PAIRS : 0));
  const total = shares.reduce((sum, n) => sum + n, 0);
  if (agreement === undefined) return shares.map((n) => n / total);
  const unequal = total - shares[equalLevel]!;
  return shares.map((n, level) =>
    level === equalLevel ? agreement : (n / unequal) * (1 - agreement),
  );
}
