import { type Column, extendTable, int64, type Table, tableFromFields } from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import type { Writer } from "../../schema/create.ts";
import { columnList, differ, equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { CONFLICT, PROBLEM, REPEATED, ROW } from "../temporary-tables.ts";
import { createTemporary, dropTemporary, setProblem } from "./stage.ts";

/** Counts the keys a temporary table has more than once, rows put aside included: an index alone answers that. */
export function countDuplicates(table: string, key: readonly string[]): Step {
  return {
    name: "count keys that occur twice",
    sql: sql`SELECT count(*) AS n FROM (
  SELECT 1 AS one FROM ${id(table)} GROUP BY ${columnList(key)} HAVING count(*) > 1
) d`,
  };
}

/**
 * Copies of a row leave one of them. Rows of one key that differ are all put aside: which one is right, nobody but the
 * source can tell, and the order of rows must not decide it.
 */
export function removeDuplicates(
  writer: Writer,
  table: Table,
  key: readonly string[],
  others: readonly string[],
): Step[] {
  const { dialect } = writer;
  const { name } = table;
  const columns = [...key, ...others, ROW];
  // One statement may read a temporary table once only on MySQL, so the first rows are copied.
  const numbered = sql`SELECT ${columnList(columns)},
    ROW_NUMBER() OVER (PARTITION BY ${columnList(key)} ORDER BY ${id(ROW)}) AS nth,
    count(*) OVER (PARTITION BY ${columnList(key)}) AS times
  FROM ${id(name)} WHERE ${id(PROBLEM)} IS NULL`;
  return [
    ...createTemporary(writer, "create repeated", REPEATED, repeatedTable(table, columns), key),
    {
      name: "find the first row of keys that occur twice",
      sql: sql`INSERT INTO ${id(REPEATED)} (${columnList([...columns, CONFLICT])})
SELECT ${columnList(columns)}, 0 FROM (
  ${numbered}
) n WHERE nth = 1 AND times > 1`,
    },
    {
      name: "find keys whose rows differ",
      sql: dialect.updateFrom({
        target: id(REPEATED),
        alias: "r",
        set: [[CONFLICT, sql`1`]],
        from: sql`${id(name)} s`,
        where: sql`${equal("r", "s", key)} AND ${id("s", PROBLEM)} IS NULL AND (${differ(dialect, "r", "s", others)})`,
      }),
    },
    {
      name: "put aside rows of one key that differ",
      sql: setProblem(
        dialect,
        name,
        "duplicate_key",
        sql`${id(REPEATED)} r`,
        sql`${equal(name, "r", key)} AND ${id("r", CONFLICT)} = 1 AND ${id(name, PROBLEM)} IS NULL`,
      ),
    },
    {
      name: "leave one of equal rows",
      sql: dialect.deleteUsing({
        target: id(name),
        alias: name,
        from: sql`${id(REPEATED)} r`,
        where: sql`${equal(name, "r", key)} AND ${id(name, ROW)} > ${id("r", ROW)} AND ${id(name, PROBLEM)} IS NULL`,
      }),
    },
    dropTemporary(dialect, REPEATED),
  ];
}

function repeatedTable(table: Table, columns: readonly string[]): Table {
  const fields = table.fields.filter(({ name }) => columns.includes(name));
  return extendTable(tableFromFields(REPEATED, fields), { [CONFLICT]: int64() as Column });
}
