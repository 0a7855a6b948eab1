import type { JobOptions } from "@lakewright/core";
import { candidatePairs } from "../blocking/pairs.ts";
import { type BlockingOptions, type PlannedRule, planBlocks } from "../blocking/plan.ts";
import { skippedWarnings } from "../blocking/skipped.ts";
import { type CompiledComparison, compileComparisons } from "../compare/compile.ts";
import { jobOf } from "../job.ts";
import { blockingRules } from "../linker/blocking-rules.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import { type LinkParameters, priorWeight } from "../model/parameters.ts";
import { scorer } from "../model/scorer.ts";
import { weightsOf } from "../model/weights.ts";
import { jobRules, type OptionRule, probability } from "../options.ts";
import type { Records } from "../records/records.ts";
import { type ReconcileWarning, warning } from "../warnings.ts";
import { components } from "./components.ts";
import { findCopies } from "./copies.ts";
import { EdgeList } from "./edge-list.ts";
import { splitChains } from "./split.ts";

export interface ClusterOptions extends BlockingOptions, JobOptions {
  /** Pairs of at least this probability are linked. Default 0.8. */
  readonly threshold?: number | undefined;
}

/** @internal How the options are checked. */
export const clusterRules: Readonly<Record<string, OptionRule>> = {
  ...jobRules,
  ...blockingRules,
  threshold: probability,
};

/** @internal What clustering found, by record number. */
export interface FoundClusters {
  readonly compiled: readonly CompiledComparison[];
  /** Pairs at or above the threshold, with their match weight. */
  readonly edges: EdgeList;
  /** For each record a record that its cluster is known by. */
  readonly labels: Int32Array;
  readonly blocking: readonly PlannedRule[];
  readonly warnings: readonly ReconcileWarning[];
}

/** All different records of a component are compared, so that larger ones are cut at their weakest links. */
const LARGEST_COMPONENT = 2000;

/**
 * Scores the candidate pairs, links those above the threshold, and splits what hangs together by chains only. Records that
 * are equal in everything compared are linked even where a block was too large for them.
 */
export async function clusterRecords(
  records: Records,
  { blocking, comparisons }: CheckedDefinition,
  parameters: LinkParameters,
  options: ClusterOptions,
): Promise<FoundClusters> {
  const { threshold = 0.8 } = options;
  const job = jobOf(options);
  const compiled = compileComparisons(records, comparisons);
  const blocks = planBlocks(records, blocking, options);
  const score = scorer(compiled, weightsOf(parameters, compiled));
  const prior = priorWeight(parameters.lambda);
  const floor = priorWeight(threshold) - prior;
  const edges = new EdgeList();
  const planned = blocks.map((rule) => rule.planned);
  const total = planned.reduce((sum, rule) => sum + rule.pairs, 0);
  let done = 0;
  for (const chunk of candidatePairs(blocks)) {
    await job.pause();
    score.scan(chunk, floor, (i, j, weight) => {
      edges.add(i, j, weight + prior);
    });
    done += chunk.length;
    job.report({ phase: "pairs", done, total, unit: "rows" });
  }
  const { patternOf, originalOf } = findCopies(compiled, score, floor);
  const { groups, cut } = components(originalOf, edges, LARGEST_COMPONENT);
  const labels = Int32Array.from({ length: records.size }, (_, k) => k);
  for (const [g, members] of groups.entries()) {
    await job.pause();
    const split = splitChains(members, score, prior, patternOf);
    members.forEach((record, k) => {
      labels[record] = split[k]!;
    });
    job.report({ phase: "clusters", done: g + 1, total: groups.length, unit: "steps" });
  }
  const warnings = skippedWarnings(planned);
  if (cut > 0) {
    const message = `${cut} links were left out, as they would have joined more than ${LARGEST_COMPONENT} different records.`;
    warnings.push(warning("COMPONENT_SPLIT", message, { links: cut, largest: LARGEST_COMPONENT }));
  }
  return { compiled, edges, labels, blocking: planned, warnings };
}
