import { columnReader, conformBatch, selectColumns } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Check, RowRule, SqlScope } from "../checks/definition.ts";
import { allOf, anyNull, anyOf, noneNull } from "../checks/sql.ts";
import type { Plan } from "../contract/plan.ts";
import { failedRow } from "../run/failed-row.ts";
import type { FailedRow } from "../run/result.ts";
import { CHECKED } from "./scope.ts";

/** True for a row that fails the check. Where a column is null it is null, which no filter takes, unless nulls fail. */
export function failingRows(check: Check, rule: RowRule, scope: SqlScope): Sql {
  const fails = rule.failsSql(scope);
  if (rule.judgesNulls) return fails;
  const columns = check.columns.map((name) => scope.column(name));
  return check.nulls === "fail"
    ? anyOf([anyNull(columns), fails])
    : allOf([noneNull(columns), fails]);
}

/** True for a row whose values come more than once. */
export function repeatedRows(check: Check, scope: SqlScope): Sql {
  const columns = check.columns.map((name) => id(name));
  const twin = joinSql(
    check.columns.map((name) => sql`${id("repeated", name)} = ${scope.column(name)}`),
    " AND ",
  );
  return sql`EXISTS (SELECT 1 FROM (${repeatedValues(scope, columns)}) AS ${id("repeated")} WHERE ${twin})`;
}

/** The values that come more than once, and how often. */
export function repeatedValues(scope: SqlScope, columns: readonly Sql[]): Sql {
  return sql`SELECT ${joinSql(columns)}, count(*) AS occurrences FROM ${id(...scope.table.path)} WHERE ${noneNull(columns)} GROUP BY ${joinSql(columns)} HAVING count(*) > 1`;
}

/** The first failing rows, ordered by the contract's key. */
export async function readFailingRows(
  plan: Plan,
  check: Check,
  scope: SqlScope,
  condition: Sql,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<readonly FailedRow[]> {
  const names = [...new Set([...plan.key, ...check.columns])];
  if (limit === 0) return [];
  // A check of no column (and a contract without a key) still has failing rows: they are known by nothing.
  const wanted = names.length === 0 ? plan.relaxed.fields.map((field) => field.name) : names;
  const table = selectColumns(plan.relaxed, wanted);
  const select = joinSql(wanted.map((name) => scope.column(name)));
  const order =
    plan.key.length === 0
      ? raw("")
      : sql` ORDER BY ${joinSql(plan.key.map((name) => scope.column(name)))}`;
  const rows: FailedRow[] = [];
  const query = sql`SELECT ${select} FROM ${id(...scope.table.path)} AS ${id(CHECKED)} WHERE ${condition}${order} LIMIT ${raw(String(limit))}`;
  for await (const given of scope.table.engine.query(query, { signal })) {
    const batch = conformBatch(table, given);
    const reader = (name: string): ReturnType<typeof columnReader> =>
      columnReader(batch.data.children[wanted.indexOf(name)]!);
    for (let i = 0; i < batch.numRows; i++) {
      rows.push(failedRow(check, plan.key, reader, i, undefined));
    }
  }
  return rows;
}
