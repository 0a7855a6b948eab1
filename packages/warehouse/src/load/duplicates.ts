import { type Dialect, id, sql } from "@lakewright/sql";
import { PROBLEM, ROW } from "../define/names.ts";
import { columnList } from "../schema/create.ts";
import { columnsOf, differ, equal, setProblem } from "./stage.ts";
import type { Step } from "./step.ts";

/** Counts the keys a temporary table has more than once. */
export function countDuplicates(table: string, key: readonly string[]): Step {
  return {
    name: "count keys that occur twice",
    sql: sql`SELECT count(*) AS n FROM (
  SELECT 1 AS one FROM ${id(table)} WHERE ${id(PROBLEM)} IS NULL GROUP BY ${columnList(key)} HAVING count(*) > 1
) d`,
  };
}

/**
 * Copies of a row leave one of them. Rows of one key that differ are all put aside: which one is right, nobody but the
 * source can tell, and the order of rows must not decide it.
 */
export function removeDuplicates(
  dialect: Dialect,
  table: string,
  key: readonly string[],
  others: readonly string[],
): Step[] {
  const repeated = sql`SELECT ${columnList(key)}, min(${id(ROW)}) AS __first FROM ${id(table)}
  WHERE ${id(PROBLEM)} IS NULL GROUP BY ${columnList(key)} HAVING count(*) > 1`;
  const conflicting = sql`SELECT DISTINCT ${columnsOf("r", key)} FROM (${repeated}) r
  JOIN ${id(table)} a ON ${equal("a", "r", key)}
  JOIN ${id(table)} b ON ${id("b", ROW)} = r.__first
  WHERE ${differ(dialect, "a", "b", others)}`;
  return [
    {
      name: "put aside rows of one key that differ",
      sql: setProblem(table, "duplicate_key", sql`(${conflicting}) c`, equal(table, "c", key)),
    },
    {
      name: "leave one of equal rows",
      sql: sql`DELETE FROM ${id(table)} USING (${repeated}) r
WHERE ${equal(table, "r", key)} AND ${id(table, ROW)} > r.__first AND ${id(table, PROBLEM)} IS NULL`,
    },
  ];
}
