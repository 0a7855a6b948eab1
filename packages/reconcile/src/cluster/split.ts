import type { Scorer } from "../model/scorer.ts";
import { averageLinkage } from "./average-linkage.ts";

/**
 * Splits records that are connected, each perhaps only with the next, into groups of which all pairs together speak for
 * one entity. Pairs that no blocking rule has are compared as well.
 *
 * @returns for each member the member its group is known by.
 */
export function splitChains(
  members: Int32Array,
  scorer: Scorer,
  prior: number,
  patternOf: Int32Array,
): Int32Array {
  if (members.length === 2) return Int32Array.of(members[0]!, members[0]!);
  const { items, itemOf, sizes } = patterns(members, scorer, prior, patternOf);
  const n = items.length;
  const similarity = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const sum = (scorer.weigh(items[a]!, items[b]!) + prior) * sizes[a]! * sizes[b]!;
      similarity[a * n + b] = sum;
      similarity[b * n + a] = sum;
    }
  }
  const label = averageLinkage(similarity, sizes);
  return itemOf.map((item) => items[label[item]!]!);
}

interface Patterns {
  /** A record for each item. */
  readonly items: Int32Array;
  readonly itemOf: Int32Array;
  readonly sizes: Int32Array;
}

/** Records that are equal in everything compared are one item, where that makes them one entity. */
function patterns(
  members: Int32Array,
  scorer: Scorer,
  prior: number,
  patternOf: Int32Array,
): Patterns {
  const numbers = new Map<number, number>();
  const items: number[] = [];
  const sizes: number[] = [];
  const itemOf = members.map((record) => {
    const pattern = patternOf[record]!;
    const known = numbers.get(pattern);
    if (known !== undefined && scorer.weigh(items[known]!, record) + prior > 0) {
      sizes[known]!++;
      return known;
    }
    numbers.set(pattern, items.length);
    sizes.push(1);
    return items.push(record) - 1;
  });
  return { items: Int32Array.from(items), itemOf, sizes: Int32Array.from(sizes) };
}
