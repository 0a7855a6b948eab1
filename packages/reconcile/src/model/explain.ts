import type { CompiledComparison } from "../compare/compile.ts";
import { levelOf } from "../compare/compile.ts";
import {
  frequencyWeight,
  levelWeight,
  type LinkParameters,
  priorWeight,
  probabilityOf,
} from "./parameters.ts";

/** Why two records have the probability they have: the prior and the weights add up to the match weight. */
export interface Explanation {
  /** That the two are one. */
  readonly probability: number;
  /** The log2 odds of a match, in bits. */
  readonly matchWeight: number;
  /** The log2 odds before anything is compared. */
  readonly priorWeight: number;
  readonly comparisons: readonly ComparisonWeight[];
}

/** What one comparison says. */
export interface ComparisonWeight {
  readonly name: string;
  /** The values that were compared, as the linker prepared them; null where there is none. */
  readonly left: string | null;
  readonly right: string | null;
  /** The level reached; null where the comparison gives no evidence. */
  readonly level: string | null;
  /** What it adds to the match weight, in bits, frequency included; 0 without evidence. */
  readonly weight: number;
  /** The part of the weight that is due to how common the value is. */
  readonly frequencyWeight: number;
  /** Probability of the level among matches and among others; null without evidence. */
  readonly m: number | null;
  readonly u: number | null;
}

/** Explains records i and j. */
export function explainPair(
  parameters: LinkParameters,
  compiled: readonly CompiledComparison[],
  i: number,
  j: number,
): Explanation {
  const comparisons = compiled.map((comparison, k): ComparisonWeight => {
    const { codes, texts } = comparison;
    const left = texts[codes[i]!] ?? null;
    const right = texts[codes[j]!] ?? null;
    const { name, levels, frequencies } = parameters.comparisons[k]!;
    const number = levelOf(comparison, i, j);
    const level = levels[number];
    if (!level) {
      return { name, left, right, level: null, weight: 0, frequencyWeight: 0, m: null, u: null };
    }
    const defined = comparison.comparison.levels[number];
    const byFrequency =
      frequencies && left !== null && left === right && defined?.kind === "exact"
        ? frequencyWeight(frequencies, left, defined.termFrequency ?? { weight: 0 })
        : 0;
    return {
      name,
      left,
      right,
      level: level.name,
      weight: levelWeight(level) + byFrequency,
      frequencyWeight: byFrequency,
      m: level.m,
      u: level.u,
    };
  });
  const prior = priorWeight(parameters.lambda);
  // In the order of the scorer, so that the sums are the same to the last bit.
  const matchWeight = comparisons.reduce((sum, { weight }) => sum + weight, 0) + prior;
  return {
    probability: probabilityOf(matchWeight),
    matchWeight,
    priorWeight: prior,
    comparisons,
  };
}
