import type { CompiledComparison } from "../compare/compile.ts";
import { frequencyWeight, levelWeight, type LinkParameters } from "./parameters.ts";
import type { Weights } from "./scorer.ts";

/** The weights of a model for the values of some records. */
export function weightsOf(
  parameters: Pick<LinkParameters, "comparisons">,
  compiled: readonly CompiledComparison[],
): Weights[] {
  return compiled.map(({ comparison, equalLevel, texts }, k) => {
    const { levels, frequencies } = parameters.comparisons[k]!;
    const byLevel = Float64Array.from(levels, levelWeight);
    const equal = new Float64Array(texts.length).fill(byLevel[equalLevel]!);
    const level = comparison.levels[equalLevel];
    if (frequencies && level?.kind === "exact" && level.termFrequency) {
      const options = level.termFrequency;
      texts.forEach((text, code) => {
        equal[code]! += frequencyWeight(frequencies, text, options);
      });
    }
    return { levels: byLevel, equal };
  });
}
