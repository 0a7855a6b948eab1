import type { CompiledComparison } from "../compare/compile.ts";
import {
  frequencyWeight,
  levelWeight,
  type LinkParameters,
  type TermFrequencies,
} from "./parameters.ts";
import type { Weights } from "./scorer.ts";

/** The weights of a model for the values of some records. */
export function weightsOf(
  parameters: Pick<LinkParameters, "comparisons">,
  compiled: readonly CompiledComparison[],
): Weights[] {
  return compiled.map((comparison, k) => {
    const { levels, frequencies } = parameters.comparisons[k]!;
    const byLevel = Float64Array.from(levels, levelWeight);
    const level = byLevel[comparison.equalLevel]!;
    const bits = frequencyWeights(comparison, frequencies);
    return {
      levels: byLevel,
      equal:
        bits?.map((more) => level + more) ?? new Float64Array(comparison.texts.length).fill(level),
    };
  });
}

/** For each value what its frequency adds to the weight of agreeing on it; undefined where it counts for nothing. */
export function frequencyWeights(
  { comparison, equalLevel, texts }: CompiledComparison,
  frequencies: TermFrequencies | undefined,
): Float64Array | undefined {
  const level = comparison.levels[equalLevel];
  if (!frequencies || level?.kind !== "exact" || !level.termFrequency) return undefined;
  const options = level.termFrequency;
  return Float64Array.from(texts, (text) => frequencyWeight(frequencies, text, options));
}
