import { type Column, extendTable, int64, nullable, type Table, utf8 } from "@lakewright/core";
import { createTable, type Dialect, id, joinSql, sql, type Sql } from "@lakewright/sql";
import { PROBLEM, ROW } from "../define/names.ts";
import type { RejectReason } from "./rejects.ts";
import type { Step } from "./step.ts";

/** Temporary tables of a load; a connection runs one load at a time. */
export const STAGE = "wh_stage";
export const DELTA = "wh_delta";
export const RESOLVED = "wh_resolved";
export const LATER = "wh_later";

/** The rows of a load as they are sent: the input, and the number of each. */
export function stagedTable(input: Table): Table {
  return extendTable(input, { [ROW]: int64() as Column }, STAGE);
}

/** Makes the staging table: the rows, and what is wrong with them. */
export function createStage(dialect: Dialect, input: Table): Step {
  const table = extendTable(stagedTable(input), { [PROBLEM]: nullable(utf8()) as Column });
  return {
    name: "stage",
    sql: createTable(dialect, STAGE, table, { temporary: true }),
  };
}

export function dropTemporary(name: string): Step {
  return { name: `drop ${name}`, sql: sql`DROP TABLE ${id(name)}` };
}

/** Sets the reason on rows of a temporary table that the condition holds for. */
export function setProblem(table: string, reason: RejectReason, from: Sql, where: Sql): Sql {
  return sql`UPDATE ${id(table)} SET ${id(PROBLEM)} = ${reason} FROM ${from} WHERE ${where}`;
}

/** `a.x = b.x AND a.y = b.y` */
export function equal(a: string, b: string, columns: readonly string[]): Sql {
  return joinSql(
    columns.map((column) => sql`${id(a, column)} = ${id(b, column)}`),
    " AND ",
  );
}

/** Whether any of the columns differs, nulls being values; FALSE where there are none. */
export function differ(dialect: Dialect, a: string, b: string, columns: readonly string[]): Sql {
  if (columns.length === 0) return sql`FALSE`;
  return joinSql(
    columns.map((column) => dialect.isDistinct(id(a, column), id(b, column))),
    " OR ",
  );
}

/** `t.x, t.y` */
export function columnsOf(alias: string, columns: readonly string[]): Sql {
  return joinSql(columns.map((column) => id(alias, column)));
}

/** `x = s.x, y = s.y` */
export function assignments(source: string, columns: readonly string[]): Sql {
  return joinSql(columns.map((column) => sql`${id(column)} = ${id(source, column)}`));
}
