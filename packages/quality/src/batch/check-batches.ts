import { progressReporter, type RowsOrBatches, toBatches } from "@lakewright/core";
import type { Plan } from "../contract/plan.ts";
import { QualityRun, resultOf } from "../run/quality-run.ts";
import type { RunSettings } from "../run/run-options.ts";
import { schemaRun } from "../run/schema-run.ts";
import { runnerOf } from "./runner.ts";
import { SchemaMismatch, watchSchema } from "./schema-watch.ts";
import { BatchView } from "./view.ts";

/** Checks data batch by batch; what is held between batches are counts, and the values of unique checks. */
export async function checkBatches(
  plan: Plan,
  data: RowsOrBatches,
  settings: RunSettings,
): Promise<QualityRun> {
  const { now, signal } = settings;
  const report = progressReporter(settings.onProgress);
  const runners = await Promise.all(
    plan.checks.map((check) => runnerOf(check, { ...settings, key: plan.key })),
  );
  let rows = 0;
  const context = (): QualityRun["context"] => ({
    contract: plan.name,
    table: plan.table.name,
    now,
    rows,
    executor: "batches",
  });
  try {
    const watched = plan.checks.some(({ rule }) => rule.kind === "schema")
      ? watchSchema(plan.table, data)
      : data;
    for await (const batch of toBatches(plan.relaxed, watched as RowsOrBatches, { signal })) {
      const view = new BatchView(plan.relaxed, batch);
      for (const runner of runners) runner.add(view, rows);
      rows += batch.numRows;
      report({ phase: "check", done: rows, unit: "rows" });
    }
  } catch (error) {
    if (!(error instanceof SchemaMismatch)) throw error;
    return schemaRun(plan, context(), error.message);
  }
  report({ phase: "check", done: rows, total: rows, unit: "rows" });
  const outcomes = runners.map((runner) => runner.outcome(rows));
  return new QualityRun(
    context(),
    outcomes.map((outcome, k) => resultOf(plan.checks[k]!, outcome)),
    outcomes.flatMap((outcome) => outcome.rows),
  );
}
