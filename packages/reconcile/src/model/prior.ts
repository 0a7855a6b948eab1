import { candidatePairs } from "../blocking/pairs.ts";
import type { Blocks } from "../blocking/plan.ts";
import type { Job } from "../job.ts";
import { probabilityOf, priorWeight } from "./parameters.ts";
import type { Scorer } from "./scorer.ts";

/** Weights are counted in steps of so many to the bit. */
const STEPS = 16;

/**
 * λ by expectation maximisation over the weights of all blocked pairs, m and u fixed. Pairs without evidence in their
 * favour, and those no rule has, are taken for no matches.
 */
export async function estimateLambda(
  scorer: Scorer,
  blocks: readonly Blocks[],
  records: number,
  job: Job,
): Promise<number> {
  const histogram = new Map<number, number>();
  for (const chunk of candidatePairs(blocks)) {
    await job.pause();
    scorer.scan(chunk, 0, (_i, _j, weight) => {
      const step = Math.round(weight * STEPS);
      histogram.set(step, (histogram.get(step) ?? 0) + 1);
    });
  }
  const steps = [...histogram].sort((a, b) => a[0] - b[0]);
  const pairs = (records * (records - 1)) / 2;
  let lambda = 1e-4;
  for (let iteration = 0; iteration < 100; iteration++) {
    const prior = priorWeight(lambda);
    let matches = 0;
    for (const [step, count] of steps) matches += count * probabilityOf(step / STEPS + prior);
    const next = Math.min(0.5, Math.max(1e-9, matches / pairs));
    const change = Math.abs(next - lambda);
    lambda = next;
    if (change < 1e-4 * lambda) break;
  }
  return lambda;
}
