import type { JobOptions } from "@lakewright/core";
import { type BlockingOptions, planBlocks } from "../blocking/plan.ts";
import { skippedWarnings } from "../blocking/skipped.ts";
import { type CompiledComparison, compileComparisons } from "../compare/compile.ts";
import { levelNames } from "../compare/comparison.ts";
import { jobOf } from "../job.ts";
import { blockingRules } from "../linker/blocking-rules.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import { jobRules, type OptionRule, positiveInteger, safeInteger } from "../options.ts";
import type { Records } from "../records/records.ts";
import { type ReconcileWarning, warning } from "../warnings.ts";
import type { LinkParameters, TermFrequencies, TrainedComparison } from "./parameters.ts";
import { estimateLambda } from "./prior.ts";
import { agreementOf, countRandomPairs, levelShares, valueCounts } from "./random-pairs.ts";
import { weightedMedian } from "./median.ts";
import { assumedM, type RuleTraining, trainOnRule } from "./rule-training.ts";
import { scorer } from "./scorer.ts";
import { frequencyWeights, weightsOf } from "./weights.ts";

export interface TrainOptions extends BlockingOptions, JobOptions {
  /** Draws the random pairs. Default 7. */
  readonly seed?: number | undefined;
  /** Random pairs that u is estimated from; a quarter of it is looked at for m in each rule. Default 500,000. */
  readonly maxPairs?: number | undefined;
}

/** @internal How the options are checked. */
export const trainRules: Readonly<Record<string, OptionRule>> = {
  ...jobRules,
  ...blockingRules,
  seed: safeInteger,
  maxPairs: positiveInteger,
};

/** Values are as common as if there were so many records more that do not have them: few say little. */
const ASSUMED_RECORDS = 20;

/** λ where there is nothing to estimate it from. */
const ASSUMED_LAMBDA = 1e-4;

/**
 * Estimates a Fellegi–Sunter model without labels: u from random pairs, m by expectation maximisation over the pairs of
 * each blocking rule, λ over the pairs of all. u is then freed of the matches among the random pairs.
 */
export async function train(
  records: Records,
  { blocking, comparisons, fields }: CheckedDefinition,
  options: TrainOptions,
): Promise<LinkParameters> {
  const { seed = 7, maxPairs = 500_000 } = options;
  const job = jobOf(options);
  const compiled = compileComparisons(records, comparisons);
  const counts = compiled.map(valueCounts);
  const agreement = counts.map(agreementOf);
  const blocks = planBlocks(records, blocking, options);
  const sampled = await countRandomPairs(compiled, records.size, maxPairs, seed, job);
  const u = compiled.map(({ comparison, equalLevel }, k) => {
    const isExact = comparison.levels[equalLevel]?.kind === "exact";
    return levelShares(sampled[k]!, equalLevel, isExact ? agreement[k] : undefined);
  });
  const frequencies = compiled.map((comparison, k) =>
    frequenciesOf(comparison, counts[k]!, agreement[k]!),
  );
  const bits = compiled.map((comparison, k) => frequencyWeights(comparison, frequencies[k]));
  const runs: RuleTraining[] = [];
  for (const [r, rule] of blocks.entries()) {
    const run = await trainOnRule(rule, compiled, fields, u, bits, Math.ceil(maxPairs / 4), job);
    if (run) runs.push(run);
    job.report({ phase: "rules", done: r + 1, total: blocks.length, unit: "steps" });
  }
  const m = compiled.map((comparison, k) => medianM(comparison, k, runs));
  const trained = compiled.map((comparison, k): TrainedComparison => {
    const names = levelNames(comparison.comparison);
    return {
      name: comparison.comparison.name,
      levels: names.map((name, level) => ({ name, m: m[k]![level]!, u: u[k]![level]! })),
      frequencies: frequencies[k],
      trainedOn: runs.filter((run) => run.comparisons.includes(k)).map((run) => run.rule),
    };
  });
  const lambdaOf = (of: readonly TrainedComparison[]): Promise<number> =>
    records.size < 2
      ? Promise.resolve(ASSUMED_LAMBDA)
      : estimateLambda(
          scorer(compiled, weightsOf({ comparisons: of }, compiled)),
          blocks,
          records.size,
          job,
        );
  const first = await lambdaOf(trained);
  const freed = trained.map((comparison) => withoutMatches(comparison, first));
  const lambda = await lambdaOf(freed);
  const warnings = [
    ...skippedWarnings(blocks.map(({ planned }) => planned)),
    ...trainingWarnings(records.size, freed, runs),
  ];
  return { lambda, records: records.size, seed, comparisons: freed, warnings };
}

/**
 * The m of a comparison: level by level the median of the runs that have it, each counting as much as it has matches,
 * but none more than the middle one. A run that took many similar pairs for matches so has no say against the others.
 */
function medianM(
  comparison: CompiledComparison,
  k: number,
  runs: readonly RuleTraining[],
): number[] {
  const own = runs.filter((run) => run.comparisons.includes(k));
  if (own.length === 0) return assumedM(comparison.levels);
  const most = weightedMedian(own.map(({ matches }) => [matches, 1]));
  const medians = assumedM(comparison.levels).map((_, level) =>
    weightedMedian(
      own.map((run) => [run.m[run.comparisons.indexOf(k)]![level]!, Math.min(most, run.matches)]),
    ),
  );
  const total = medians.reduce((sum, p) => sum + p, 0);
  return medians.map((p) => p / total);
}

/** Random pairs have matches too, λ of them: what is left without those is u. */
function withoutMatches(comparison: TrainedComparison, lambda: number): TrainedComparison {
  const rest = comparison.levels.map(({ m, u }) =>
    Math.max((u - lambda * m) / (1 - lambda), u / 16),
  );
  const total = rest.reduce((sum, p) => sum + p, 0);
  return {
    ...comparison,
    levels: comparison.levels.map((level, k) => ({ ...level, u: rest[k]! / total })),
  };
}

function frequenciesOf(
  { comparison, equalLevel, texts }: CompiledComparison,
  counts: Float64Array,
  agreement: number,
): TermFrequencies | undefined {
  const level = comparison.levels[equalLevel];
  if (level?.kind !== "exact" || !level.termFrequency) return undefined;
  const repeated = texts
    .map((text, code) => [text, counts[code]!] as const)
    .filter(([, count]) => count > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const records = counts.reduce((sum, n) => sum + n, 0) + ASSUMED_RECORDS;
  return { agreement, records, counts: new Map(repeated) };
}

function trainingWarnings(
  records: number,
  comparisons: readonly TrainedComparison[],
  runs: readonly RuleTraining[],
): ReconcileWarning[] {
  if (runs.length === 0) {
    const message = `No blocking rule has enough matches among ${records} records to learn from: m is an assumption.`;
    return [warning("NO_MATCHES", message, { records })];
  }
  const warnings = runs
    .filter((run) => !run.converged)
    .map(({ rule }) =>
      warning("NOT_CONVERGED", `Training on the pairs of the rule "${rule}" did not settle.`, {
        rule,
      }),
    );
  const assumed = comparisons.filter((comparison) => comparison.trainedOn.length === 0);
  for (const { name } of assumed) {
    const message = `No blocking rule with enough matches leaves "${name}" free: its m is an assumption.`;
    warnings.push(warning("NOT_TRAINED", message, { comparison: name }));
  }
  return warnings;
}
