import { type Field, tableFromFields } from "@lakewright/core";
import type { TableSource } from "../introspect/source-table.ts";

/** A source as JSON: its columns with their types, where it is, its key. */
export function textOfSource({ table, path, primaryKey, columns }: TableSource): string {
  return JSON.stringify({ name: table.name, fields: table.fields, path, primaryKey, columns });
}

export function parseSource(text: string): TableSource {
  const { name, fields, ...rest } = JSON.parse(text) as Omit<TableSource, "table"> & {
    readonly name: string;
    readonly fields: readonly Field[];
  };
  return { ...rest, table: tableFromFields(name, fields) };
}
