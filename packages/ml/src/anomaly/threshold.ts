import { showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";

/**
 * Which scores are anomalies: those above a fixed score, above a quantile of the scores given, or the highest `top`
 * of them (a budget: fewer where the next ones are equal, never more).
 */
export type ThresholdRule =
  { readonly score: number } | { readonly quantile: number } | { readonly top: number };

/**
 * The score above which a row is an anomaly.
 *
 * @throws MlError ML_INVALID_OPTION for a rule that is none, ML_TOO_FEW_ROWS for a rule on no scores.
 */
export function chooseThreshold(scores: Float64Array, rule: ThresholdRule): number {
  if ("score" in rule) {
    if (rule.score >= 0 && rule.score <= 1) return rule.score;
    throw invalid("score", rule.score, "a score from 0 to 1");
  }
  const ascending = scores.slice().sort();
  const n = ascending.length;
  if (n === 0) {
    throw new MlError("ML_TOO_FEW_ROWS", "There are no scores to choose a threshold from.", {
      hint: "Give the rows that the budget or the quantile is about.",
    });
  }
  if ("top" in rule) {
    if (!Number.isInteger(rule.top) || rule.top < 1) {
      throw invalid("top", rule.top, "a whole number from 1");
    }
    return rule.top >= n ? 0 : ascending[n - 1 - rule.top]!;
  }
  if (!(rule.quantile >= 0 && rule.quantile <= 1)) {
    throw invalid("quantile", rule.quantile, "a number from 0 to 1");
  }
  // Hyndman and Fan's type 7, as in R, numpy and Excel.
  const at = rule.quantile * (n - 1);
  const below = Math.floor(at);
  const low = ascending[below]!;
  return low + (at - below) * (ascending[Math.min(below + 1, n - 1)]! - low);
}

function invalid(name: string, value: unknown, expected: string): MlError {
  return new MlError(
    "ML_INVALID_OPTION",
    `The ${name} of a threshold is ${showValue(value)}; it must be ${expected}.`,
    { details: { option: name } },
  );
}
