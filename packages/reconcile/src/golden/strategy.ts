/** How the value of a golden record is chosen among those of its records. */
export type MergeStrategy = "priority" | "mostRecent" | "mostFrequent" | "longest";

export const mergeStrategies: readonly MergeStrategy[] = [
  "priority",
  "mostRecent",
  "mostFrequent",
  "longest",
];

/** A record that has a value. */
export interface Candidate {
  /** Position among the candidates, by id. */
  readonly order: number;
  /** The value, to tell it from others. */
  readonly key: string;
  /** Rank of its source; smaller is preferred. */
  readonly rank: number;
  /** Records of the cluster with the same value. */
  readonly support: number;
  /** Characters of the value. */
  readonly length: number;
  /** When the record was last true; undefined where not known. */
  readonly recency: unknown;
}

type Preference = (a: Candidate, b: Candidate) => number;

const preferences: Readonly<Record<MergeStrategy, Preference>> = {
  priority: (a, b) => a.rank - b.rank,
  mostRecent: (a, b) => compareTimes(b.recency, a.recency),
  mostFrequent: (a, b) => b.support - a.support,
  longest: (a, b) => b.length - a.length,
};

/** The strategy decides; then source, time, how many records agree; last the smaller id. */
const TIES: readonly MergeStrategy[] = ["priority", "mostRecent", "mostFrequent"];

/** The candidate to take; undefined where there is none. */
export function choose(
  candidates: readonly Candidate[],
  strategy: MergeStrategy,
): Candidate | undefined {
  const order = [strategy, ...TIES];
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    if (!best || prefer(candidate, best, order) < 0) best = candidate;
  }
  return best;
}

function prefer(a: Candidate, b: Candidate, order: readonly MergeStrategy[]): number {
  for (const strategy of order) {
    const difference = preferences[strategy](a, b);
    if (difference !== 0) return difference;
  }
  return a.order - b.order;
}

/** Unknown times are before all others. */
function compareTimes(a: unknown, b: unknown): number {
  const x = comparable(a);
  const y = comparable(b);
  if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparable(value: unknown): number | bigint | string | undefined {
  if (value instanceof Date) return value.getTime();
  const known = ["number", "bigint", "string"].includes(typeof value);
  return known ? (value as number | bigint | string) : undefined;
}
