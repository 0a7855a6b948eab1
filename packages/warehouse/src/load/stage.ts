import { type Column, extendTable, int64, nullable, type Table, utf8 } from "@lakewright/core";
import { createTable, type Dialect, id, joinSql, sql, type Sql } from "@lakewright/sql";
import { PROBLEM, ROW } from "../define/names.ts";
import type { Writer } from "../schema/create.ts";
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
export function createStage(writer: Writer, input: Table): Step[] {
  const table = extendTable(stagedTable(input), { [PROBLEM]: nullable(utf8()) as Column });
  return createTemporary(writer, "stage", STAGE, table);
}

/**
 * Makes a temporary table. Where a transaction does not undo that, one that a load left behind when it failed is removed
 * before.
 */
export function createTemporary(
  { dialect, capabilities }: Pick<Writer, "dialect" | "capabilities">,
  what: string,
  name: string,
  table: Table,
): Step[] {
  const create: Step = {
    name: what,
    sql: createTable(dialect, name, table, { temporary: true }),
  };
  return capabilities.transactionalDdl ? [create] : [dropTemporary(dialect, name), create];
}

export function dropTemporary(dialect: Dialect, name: string): Step {
  return { name: `drop ${name}`, sql: dialect.dropTemporaryTable(name) };
}

/** Sets the reason on rows of a temporary table that the condition holds for. */
export function setProblem(
  dialect: Dialect,
  table: string,
  reason: RejectReason,
  from: Sql,
  where: Sql,
): Sql {
  return dialect.updateFrom({
    target: id(table),
    alias: table,
    set: [[PROBLEM, sql`${reason}`]],
    from,
    where,
  });
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

/** `x = s.x, y = s.y`, for {@link Dialect.updateFrom}. */
export function assignments(
  source: string,
  columns: readonly string[],
): (readonly [column: string, value: Sql])[] {
  return columns.map((column) => [column, id(source, column)]);
}
