import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { VALID_TO } from "../define/names.ts";
import { columnList } from "../sql-text.ts";
import type { Writer } from "./create.ts";
import type { Layout } from "./layout.ts";
import { objectName } from "./place.ts";

type Unique = NonNullable<Layout["unique"]>;

/** Marks the open version of a member where a unique index cannot be over a part of the rows or an expression. */
export const OPEN = "__open";

/** Whether an index by itself can let one version of a member only be open. */
export function hasOpenIndex({ capabilities }: Pick<Writer, "capabilities">): boolean {
  return capabilities.partialUniqueIndex || capabilities.expressionUniqueIndex;
}

/** A column that is 1 while the version lasts and null when it has ended: nulls in a unique index are all different. */
export function openMark(): Sql {
  return sql`${id(OPEN)} ${raw("TINYINT GENERATED ALWAYS AS")} (CASE WHEN ${id(VALID_TO)} IS NULL THEN 1 END) VIRTUAL`;
}

/** {@link uniqueIndex} as a part of CREATE TABLE, with the column of {@link openMark}. */
export function uniqueConstraint(table: string, { columns, whileOpen }: Unique): Sql {
  const names = whileOpen ? [...columns, OPEN] : columns;
  return sql`CONSTRAINT ${id(uniqueName(table, whileOpen))} UNIQUE (${columnList(names)})`;
}

/** Makes a second row of a key impossible, a second open version where the dimension has history. */
export function uniqueIndex(
  { capabilities, place }: Writer,
  table: string,
  { columns, whileOpen }: Unique,
): Sql {
  const head = sql`CREATE UNIQUE INDEX ${id(uniqueName(table, whileOpen))} ON ${place.id(table)}`;
  const names = columnList(columns);
  if (!whileOpen) return sql`${head} (${names})`;
  const open = sql`${id(VALID_TO)} IS NULL`;
  if (capabilities.partialUniqueIndex) return sql`${head} (${names}) WHERE ${open}`;
  const keys = columns.map((column) => sql`(CASE WHEN ${open} THEN ${id(column)} END)`);
  return sql`${head} (${joinSql(keys)})`;
}

/** What the unique index of a table is called. */
export function uniqueName(table: string, whileOpen: boolean): string {
  return objectName(table, whileOpen ? "open_uq" : "uq");
}
