import { progressReporter } from "@lakewright/core";
import { type EngineTable, id, raw, type Sql, sql } from "@lakewright/sql";
import type { Check, SqlScope } from "../checks/definition.ts";
import type { Plan } from "../contract/plan.ts";
import { QualityRun, resultOf } from "../run/quality-run.ts";
import type { Outcome } from "../run/result.ts";
import type { RunSettings } from "../run/run-options.ts";
import { schemaRun } from "../run/schema-run.ts";
import { type Counted, countInOnePass } from "./aggregate-query.ts";
import { failingRows, readFailingRows, repeatedRows, repeatedValues } from "./failing-rows.ts";
import { engineSchemaProblem } from "./schema.ts";
import { CHECKED, scopeOf } from "./scope.ts";

/**
 * Checks a table where it is. One query counts for all checks of rows and summaries; a unique check, a reference, and the
 * failing rows of a check that has some take one more each.
 */
export async function checkEngineTable(
  plan: Plan,
  table: EngineTable,
  settings: RunSettings,
): Promise<QualityRun> {
  const { signal, now } = settings;
  const scope = scopeOf(table);
  const report = progressReporter(settings.onProgress);
  const context = {
    contract: plan.name,
    table: plan.table.name,
    now,
    executor: scope.dialect.name,
  };
  if (plan.checks.some(({ rule }) => rule.kind === "schema")) {
    const problem = await engineSchemaProblem(plan.table, table, signal);
    if (problem !== undefined) return schemaRun(plan, { ...context, rows: 0 }, problem);
  }
  // What the engine cannot run is refused before anything is read.
  for (const { rule } of plan.checks) if (rule.kind === "row") rule.failsSql(scope);
  const counted = await countInOnePass(plan.checks, scope, signal);
  const outcomes: Outcome[] = [];
  for (const check of plan.checks) {
    signal?.throwIfAborted();
    outcomes.push(await outcomeOf(plan, check, scope, counted, settings));
    report({ phase: "check", done: outcomes.length, total: plan.checks.length, unit: "steps" });
  }
  return new QualityRun(
    { ...context, rows: counted.rows },
    outcomes.map((outcome, k) => resultOf(plan.checks[k]!, outcome)),
    outcomes.flatMap((outcome) => outcome.rows),
  );
}

async function outcomeOf(
  plan: Plan,
  check: Check,
  scope: SqlScope,
  counted: Counted,
  { now, maxFailures, signal }: RunSettings,
): Promise<Outcome> {
  const { rule } = check;
  const { rows } = counted;
  const items = counted.itemsOf(check);
  const failing = async (failed: number, condition: () => Sql): Promise<Outcome["rows"]> =>
    failed === 0 ? [] : readFailingRows(plan, check, scope, condition(), maxFailures, signal);
  switch (rule.kind) {
    case "row": {
      const condition = (): Sql => failingRows(check, rule, scope);
      const failed = rule.separate
        ? await countWhere(scope, condition(), signal)
        : Number(items[0]);
      const nulls = check.check === "notNull" ? failed : Number(items[1] ?? 0);
      const judgesAll = rule.judgesNulls === true || check.nulls === "fail";
      return {
        evaluated: judgesAll ? rows : rows - nulls,
        failed,
        nulls,
        rows: await failing(failed, condition),
      };
    }
    case "unique": {
      const failed = await countRepeated(check, scope, signal);
      const nulls = Number(items[0]);
      const found = await failing(failed, () => repeatedRows(check, scope));
      return { evaluated: rows - nulls, failed, nulls, rows: found };
    }
    case "aggregate": {
      const nulls = Number(items.at(-1));
      const verdict = rule.judge(rule.fromSql(items), { now });
      return { evaluated: rows - nulls, failed: 0, nulls, verdict, rows: [] };
    }
    case "rowCount":
      return verdictOf(rows, { passed: rule.judge(rows), observed: rows });
    case "schema":
      return verdictOf(rows, { passed: true, observed: "as defined" });
  }
}

function verdictOf(rows: number, verdict: Outcome["verdict"]): Outcome {
  return { evaluated: rows, failed: 0, nulls: 0, verdict, rows: [] };
}

async function countWhere(
  { table }: SqlScope,
  condition: Sql,
  signal: AbortSignal | undefined,
): Promise<number> {
  const row = await table.engine
    .query(
      sql`SELECT count(*) AS failed FROM ${id(...table.path)} AS ${id(CHECKED)} WHERE ${condition}`,
      { signal },
    )
    .row();
  return Number(row["failed"]);
}

async function countRepeated(
  check: Check,
  scope: SqlScope,
  signal: AbortSignal | undefined,
): Promise<number> {
  const values = repeatedValues(
    scope,
    check.columns.map((name) => id(name)),
  );
  const row = await scope.table.engine
    .query(
      sql`SELECT CAST(coalesce(sum(occurrences), 0) AS ${raw(scope.dialect.columnType(INT64))}) AS failed FROM (${values}) AS repeated`,
      { signal },
    )
    .row();
  return Number(row["failed"]);
}

const INT64 = { type: { kind: "int64" }, nullable: true } as const;
