import { float64, type LogicalType, utf8 } from "@lakewright/core";
import { bind, joinSql, raw, type Sql, sql } from "@lakewright/sql";

export const FLOAT64: LogicalType = float64().type;
export const UTF8: LogicalType = utf8().type;

/** Conditions of which one holds; those left out do not count. */
export function anyOf(conditions: readonly (Sql | undefined)[]): Sql {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? raw("1 = 0") : sql`(${joinSql(given, " OR ")})`;
}

/** All conditions hold. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? raw("1 = 1") : sql`(${joinSql(conditions, " AND ")})`;
}

/** NaN equals itself, and is above infinity, on DuckDB and Postgres alike. */
export function isNaN(value: Sql): Sql {
  return sql`${value} = ${bind(Number.NaN, FLOAT64)}`;
}

export function isFinite(value: Sql): Sql {
  return sql`${value} > ${bind(-Infinity, FLOAT64)} AND ${value} < ${bind(Infinity, FLOAT64)}`;
}

export function anyNull(columns: readonly Sql[]): Sql {
  return anyOf(columns.map((column) => sql`${column} IS NULL`));
}

export function noneNull(columns: readonly Sql[]): Sql {
  return allOf(columns.map((column) => sql`${column} IS NOT NULL`));
}
