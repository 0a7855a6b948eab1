import { type EngineTable, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { anyNull } from "../checks/sql.ts";
import type { Check, SqlScope } from "../checks/definition.ts";
import { failingRows } from "./failing-rows.ts";
import { CHECKED } from "./scope.ts";

/** What one pass over the table counted: the number of rows, and the items of each check. */
export interface Counted {
  readonly rows: number;
  itemsOf(check: Check): readonly unknown[];
}

/** Counts everything that one pass over the table can tell, in one query. */
export async function countInOnePass(
  checks: readonly Check[],
  scope: SqlScope,
  signal: AbortSignal | undefined,
): Promise<Counted> {
  const items: Sql[] = [raw("count(*)")];
  const places = new Map<string, readonly number[]>();
  for (const check of checks) {
    const wanted = itemsOf(check, scope);
    places.set(
      check.id,
      wanted.map((item) => items.push(item) - 1),
    );
  }
  const values = await singleRow(scope.table, items, signal);
  return {
    rows: Number(values[0]),
    itemsOf: (check) => places.get(check.id)!.map((place) => values[place]),
  };
}

/** The items a check needs: failing rows and rows left out, or what its summary is made of. */
function itemsOf(check: Check, scope: SqlScope): readonly Sql[] {
  const { rule } = check;
  switch (rule.kind) {
    case "row":
      return [
        rule.separate ? raw("0") : sql`count(*) FILTER (WHERE ${failingRows(check, rule, scope)})`,
        ...(rule.judgesNulls ? [] : [nullCount(check, scope)]),
      ];
    case "aggregate":
      return [...rule.select(scope), nullCount(check, scope)];
    case "unique":
      return [nullCount(check, scope)];
    default:
      return [];
  }
}

function nullCount(check: Check, scope: SqlScope): Sql {
  return sql`count(*) FILTER (WHERE ${anyNull(check.columns.map((name) => scope.column(name)))})`;
}

async function singleRow(
  table: EngineTable,
  items: readonly Sql[],
  signal: AbortSignal | undefined,
): Promise<readonly unknown[]> {
  const select = joinSql(items.map((item, k) => sql`${item} AS ${id(`c${k}`)}`));
  const row = await table.engine
    .query(sql`SELECT ${select} FROM ${id(...table.path)} AS ${id(CHECKED)}`, { signal })
    .row();
  return items.map((_, k) => row[`c${k}`]);
}
