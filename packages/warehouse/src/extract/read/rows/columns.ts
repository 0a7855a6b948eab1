import { type Field, type Table, tableFromFields } from "@lakewright/core";
import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import { namesOf } from "../../../define/names.ts";
import { invalid } from "../../../options.ts";
import type { TableSource } from "../../introspect/source-table.ts";
import type { SourceDialect } from "../../sources/source-dialect.ts";

/** The column of that name. @throws WarehouseError WAREHOUSE_INVALID_OPTION where there is none. */
export function fieldOf(source: TableSource, role: string, name: string): Field {
  const field = source.table.fields.find((field) => field.name === name);
  if (field) return field;
  throw invalid(
    `The ${role} "${name}" is no column of table "${source.table.name}".`,
    `Its columns are ${namesOf(source.table).join(", ")}.`,
  );
}

/** The source with some of its columns, and its key with them. */
export function withColumns(
  source: TableSource,
  names: readonly string[] | undefined,
  needed: readonly string[],
): TableSource {
  if (!names) return source;
  for (const name of names) fieldOf(source, "column", name);
  const fields = source.table.fields.filter(({ name }) => names.includes(name));
  const missing = needed.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw invalid(
      `columns leaves out "${missing}", which the extraction of "${source.table.name}" needs.`,
    );
  }
  return { ...source, table: tableFromFields(source.table.name, fields) };
}

/** The columns as they are read: those no table column holds are cast to text. */
export function selection(
  { table, columns }: TableSource,
  { asText }: SourceDialect,
  absent: readonly string[] = [],
): Sql {
  const casts = new Map(
    columns?.filter(({ cast }) => cast !== undefined).map((one) => [one.name, one.nativeType]),
  );
  const there = table.fields.filter(({ name }) => !absent.includes(name));
  return joinSql(
    there.map(({ name }) => {
      const native = casts.get(name);
      return native === undefined ? id(name) : sql`${asText(id(name), native)} AS ${id(name)}`;
    }),
  );
}

/** All columns but the key nullable, and `_deleted`: what a change of a row looks like. */
export function changesTable(table: Table, key: readonly string[]): Table {
  return tableFromFields(table.name, [
    ...table.fields.map(({ name, column }) => ({
      name,
      column: key.includes(name) ? column : { ...column, nullable: true },
    })),
    { name: DELETED, column: { type: { kind: "bool" }, nullable: false } },
  ]);
}

/** The column of changes that is true where the row is gone. */
export const DELETED = "_deleted";
