import { candidatePairs } from "../blocking/pairs.ts";
import type { Blocks } from "../blocking/plan.ts";
import type { CompiledComparison } from "../compare/compile.ts";
import type { Job } from "../job.ts";
import type { FieldDefinition } from "../records/fields.ts";
import { mix } from "../records/order.ts";
import { expectationMaximisation } from "./em.ts";
import { vectorCounter } from "./vectors.ts";

/** What the pairs of one blocking rule tell about matches. */
export interface RuleTraining {
  readonly rule: string;
  /** Comparisons the rule says something about; the others it makes agree. */
  readonly comparisons: readonly number[];
  /** The m of each of them. */
  readonly m: readonly (readonly number[])[];
  /** Matches among the pairs of the rule, estimated. */
  readonly matches: number;
  readonly converged: boolean;
}

/** Rules with fewer pairs, or matches, tell nothing. */
const FEWEST_PAIRS = 20;
const FEWEST_MATCHES = 5;

/** m before anything is known: four in five matches agree fully. */
export function assumedM(levels: number): number[] {
  if (levels === 2) return [0.9, 0.1];
  const between = 0.12 / (levels - 2);
  return Array.from({ length: levels }, (_, k) =>
    k === 0 ? 0.8 : k === levels - 1 ? 0.08 : between,
  );
}

/**
 * Estimates m by expectation maximisation over the pairs of a rule, u fixed. What the rule blocks by takes no part: it
 * agrees on all of its pairs.
 */
export async function trainOnRule(
  blocks: Blocks,
  comparisons: readonly CompiledComparison[],
  fields: ReadonlyMap<string, FieldDefinition>,
  u: readonly (readonly number[])[],
  bits: readonly (Float64Array | undefined)[],
  maxPairs: number,
  job: Job,
): Promise<RuleTraining | undefined> {
  const { pairs } = blocks.planned;
  if (pairs < FEWEST_PAIRS) return undefined;
  const blockedBy = new Set(
    blocks.rule.parts.flatMap(({ field }) => [field, ...(fields.get(field)?.implies ?? [])]),
  );
  const free = [...comparisons.keys()].filter(
    (k) => !blockedBy.has(comparisons[k]!.comparison.field),
  );
  if (free.length === 0) return undefined;
  const counter = vectorCounter(
    free.map((k) => comparisons[k]!),
    free.map((k) => bits[k]),
  );
  const rate = Math.min(1, maxPairs / pairs);
  // Which pairs are looked at depends on their records alone.
  const below = rate * 2 ** 32;
  let taken = 0;
  for (const { left, right, length } of candidatePairs([blocks])) {
    await job.pause();
    for (let n = 0; n < length; n++) {
      const i = left[n]!;
      const j = right[n]!;
      if (rate < 1 && mix(Math.imul(i, 0x9e37_79b1) ^ j) >= below) continue;
      counter.add(i, j);
      taken++;
    }
  }
  const em = expectationMaximisation(
    counter.finish(),
    {
      lambda: 0.2,
      m: free.map((k) => assumedM(comparisons[k]!.levels)),
      u: free.map((k) => u[k]!),
    },
    { fixU: true, priorPairs: 2, maxIterations: 200 },
  );
  const matches = (em.lambda * taken) / rate;
  if (matches < FEWEST_MATCHES) return undefined;
  return {
    rule: blocks.rule.name,
    comparisons: free,
    m: em.m,
    matches,
    converged: em.converged,
  };
}
