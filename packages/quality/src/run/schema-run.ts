import type { Plan } from "../contract/plan.ts";
import { QualityRun, resultOf, type RunContext } from "./quality-run.ts";

/** The run over data with other columns than the table: its schema check failed, the others could not run. */
export function schemaRun(plan: Plan, context: RunContext, problem: string): QualityRun {
  const results = plan.checks.map((check) => {
    const nothing = { evaluated: 0, failed: 0, nulls: 0, rows: [] };
    return check.rule.kind === "schema"
      ? resultOf(check, { ...nothing, verdict: { passed: false, observed: problem } })
      : resultOf(check, { ...nothing, skipped: "the data has other columns than the table" });
  });
  return new QualityRun(context, results, []);
}
