import type { ReconcileWarning } from "../warnings.ts";

/** A trained Fellegi–Sunter model. */
export interface LinkParameters {
  /** λ: the share of all pairs of records that are matches. */
  readonly lambda: number;
  /** Records it was trained on. */
  readonly records: number;
  readonly seed: number;
  readonly comparisons: readonly TrainedComparison[];
  /** What training warned of. */
  readonly warnings: readonly ReconcileWarning[];
}

/** What was learnt of one comparison. */
export interface TrainedComparison {
  readonly name: string;
  /** Strongest first, "otherwise" last. */
  readonly levels: readonly TrainedLevel[];
  /** How common the values are, where agreement is weighed by it. */
  readonly frequencies?: TermFrequencies | undefined;
  /** Blocking rules whose pairs m was estimated from; none: m is an assumption. */
  readonly trainedOn: readonly string[];
}

export interface TrainedLevel {
  readonly name: string;
  /** Probability of the level among matches. */
  readonly m: number;
  /** Probability of the level among non-matches. */
  readonly u: number;
}

/** How often values occur. */
export interface TermFrequencies {
  /** The probability that two records agree exactly, which the frequency of a value stands in for. */
  readonly agreement: number;
  /** Records that have a value, and a few more: see `train`. */
  readonly records: number;
  /** Records of each value that comes twice or more; any other counts once. */
  readonly counts: ReadonlyMap<string, number>;
}

/** No weight is of a probability below. */
const FLOOR_M = 1e-6;
const FLOOR_U = 1e-9;

/** The weight of a level in bits: log2 of m over u. */
export function levelWeight({ m, u }: TrainedLevel): number {
  return Math.log2(Math.max(m, FLOOR_M) / Math.max(u, FLOOR_U));
}

/** What the frequency of a value adds to the weight of agreeing on it, in bits. */
export function frequencyWeight(
  frequencies: TermFrequencies,
  value: string,
  { weight = 1, floor = 0 }: { weight?: number | undefined; floor?: number | undefined },
): number {
  const count = frequencies.counts.get(value) ?? 1;
  const share = Math.max(count / Math.max(1, frequencies.records), floor, FLOOR_U);
  return weight * Math.log2(Math.max(frequencies.agreement, FLOOR_U) / share);
}

/** The prior odds of a match in bits. */
export function priorWeight(lambda: number): number {
  return Math.log2(lambda / (1 - lambda));
}

/** The probability of a match of its log2 odds. */
export function probabilityOf(matchWeight: number): number {
  return 1 / (1 + 2 ** -matchWeight);
}
