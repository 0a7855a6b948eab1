import { type Column, int64, tableFromFields } from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import type { Fact } from "../../define/fact.ts";
import type { Writer } from "../../schema/create.ts";
import { equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { createTemporary, dropTemporary, setProblem } from "../stage/stage.ts";
import { BAD_GROUPS, PROBLEM, RESOLVED } from "../temporary-tables.ts";

/**
 * The statements that put aside the groups of a bridge that are not whole: one of their rows is put aside, or their
 * weights are not exactly 1 together.
 */
export function weightSteps(writer: Writer, fact: Fact): Step[] {
  const { group } = fact;
  if (group === undefined) return [];
  const { dialect } = writer;
  const column = id(group.column);
  const problem = sql`max(CASE WHEN ${id(PROBLEM)} IS NULL THEN 0 ELSE 1 END) = 1`;
  const weights = group.weight === undefined ? sql`FALSE` : sql`sum(${id(group.weight)}) <> 1`;
  const groups = tableFromFields(BAD_GROUPS, [{ name: group.column, column: int64() as Column }]);
  return [
    ...createTemporary(writer, "create groups put aside", BAD_GROUPS, groups),
    {
      name: "find groups that are not whole",
      sql: sql`INSERT INTO ${id(BAD_GROUPS)} (${column})
SELECT ${column} FROM ${id(RESOLVED)} GROUP BY ${column} HAVING ${problem} OR ${weights}`,
    },
    {
      name: "put aside groups that are not whole",
      sql: setProblem(
        dialect,
        RESOLVED,
        "group_not_whole",
        sql`${id(BAD_GROUPS)} g`,
        sql`${equal(RESOLVED, "g", [group.column])} AND ${id(RESOLVED, PROBLEM)} IS NULL`,
      ),
    },
    dropTemporary(dialect, BAD_GROUPS),
  ];
}
