import type { Field } from "@lakewright/core";
import { type Dialect, id, joinSql, type Sql, sql } from "@lakewright/sql";

/** `x, y` */
export function columnList(names: readonly string[]): Sql {
  return joinSql(names.map((name) => id(name)));
}

/** `t.x, t.y`: columns of an alias, by name. */
export function columnsUnder(alias: string, names: readonly string[]): Sql {
  return joinSql(names.map((name) => id(alias, name)));
}

/** `x IS NOT NULL AND y IS NOT NULL`, of an alias where one is given. */
export function allPresent(names: readonly string[], alias?: string): Sql {
  return joinSql(
    names.map((name) => sql`${alias === undefined ? id(name) : id(alias, name)} IS NOT NULL`),
    " AND ",
  );
}

/** `a.x = b.x AND a.y = b.y` */
export function equal(a: string, b: string, columns: readonly string[]): Sql {
  return joinSql(
    columns.map((column) => sql`${id(a, column)} = ${id(b, column)}`),
    " AND ",
  );
}

/** {@link equal}, nulls being values in the columns that may have them. */
export function equalOrNull(dialect: Dialect, a: string, b: string, fields: readonly Field[]): Sql {
  return joinSql(
    fields.map(({ name, column }) =>
      column.nullable
        ? sql`NOT (${dialect.isDistinct(id(a, name), id(b, name))})`
        : equal(a, b, [name]),
    ),
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

/** `x = s.x, y = s.y`, for {@link Dialect.updateFrom}. */
export function assignments(
  source: string,
  columns: readonly string[],
): (readonly [column: string, value: Sql])[] {
  return columns.map((column) => [column, id(source, column)]);
}
