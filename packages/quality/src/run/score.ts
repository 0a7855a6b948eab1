import type { Severity } from "../checks/options.ts";
import type { CheckResult } from "./result.ts";

/** How much a check of that severity counts in the score. */
export const severityWeights: Readonly<Record<Severity, number>> = { error: 3, warn: 1, info: 0 };

/**
 * The share of rows that passed, weighted by severity: Σ weight × share / Σ weight over the checks that ran, from 0 to 1.
 * A check of the table as a whole has the share 1 or 0; without any weight the score is 1.
 *
 * Source: the pass rate weighted by test that pointblank's health score uses, with rule weights by severity as in
 * Databricks DQX.
 */
export function scoreOf(results: readonly CheckResult[]): number {
  let sum = 0;
  let weights = 0;
  for (const result of results) {
    if (result.skipped !== undefined) continue;
    const weight = severityWeights[result.severity];
    sum += weight * passedShare(result);
    weights += weight;
  }
  return weights === 0 ? 1 : sum / weights;
}

/** The share of judged rows that passed; 1 or 0 for a check of the table. */
export function passedShare(result: CheckResult): number {
  if (result.failed === 0 || result.evaluated === 0) return result.passed ? 1 : 0;
  return (result.evaluated - result.failed) / result.evaluated;
}
