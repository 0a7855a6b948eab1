import { type Column, type Field, tableFromFields, utf8 } from "@lakewright/core";
import type { DialectName } from "@lakewright/sql";
import type { IntrospectOptions } from "./introspect.ts";
import type {
  SourceColumn,
  SourceForeignKey,
  SourceTable,
  UnsupportedColumn,
} from "./source-table.ts";

/** A column as a catalog has it, its type understood or not. */
export interface CatalogColumn {
  readonly table: string;
  readonly name: string;
  readonly nativeType: string;
  readonly nullable: boolean;
  readonly comment: string | undefined;
  /** What reads it exactly; a reason where nothing does. */
  readonly type: Column | string;
}

export interface CatalogTable {
  readonly name: string;
  readonly kind: "table" | "view";
  readonly estimatedRows: number | undefined;
  readonly comment: string | undefined;
}

export interface CatalogKey {
  readonly table: string;
  readonly kind: "primary" | "unique";
  readonly columns: readonly string[];
}

export interface Catalog {
  readonly dialect: DialectName;
  readonly schema: string;
  readonly tables: readonly CatalogTable[];
  readonly columns: readonly CatalogColumn[];
  readonly keys: readonly CatalogKey[];
  readonly foreignKeys: readonly (SourceForeignKey & { readonly table: string })[];
}

/** What was read from a catalog, put together by table. */
export function assemble(catalog: Catalog, options: IntrospectOptions): SourceTable[] {
  const columns = Map.groupBy(catalog.columns, ({ table }) => table);
  const keys = Map.groupBy(catalog.keys, ({ table }) => table);
  const foreignKeys = Map.groupBy(catalog.foreignKeys, ({ table }) => table);
  return catalog.tables
    .filter(({ name }) => (columns.get(name)?.length ?? 0) > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, kind, estimatedRows, comment }) => {
      const read = columns.get(name)!.map((column) => readAs(column, options));
      const ofTable = keys.get(name) ?? [];
      return {
        table: tableFromFields(
          name,
          read.map(({ field }) => field),
        ),
        path: [catalog.schema, name],
        kind,
        primaryKey: ofTable.find((key) => key.kind === "primary")?.columns ?? [],
        uniqueKeys: ofTable.filter((key) => key.kind === "unique").map((key) => key.columns),
        foreignKeys: (foreignKeys.get(name) ?? []).map(({ name, columns, references }) => ({
          name,
          columns,
          references,
        })),
        columns: read.map(({ column }) => column),
        unsupported: read.flatMap(({ unsupported }) => unsupported ?? []),
        estimatedRows,
        comment,
        dialect: catalog.dialect,
      };
    });
}

interface ReadAs {
  readonly field: Field;
  readonly column: SourceColumn;
  readonly unsupported: UnsupportedColumn | undefined;
}

function readAs(found: CatalogColumn, { columnType }: IntrospectOptions): ReadAs {
  const { table, name, nativeType, nullable, comment, type } = found;
  const chosen = columnType?.(table, name, nativeType);
  const isUnread = typeof type === "string";
  const wanted = chosen ?? (isUnread ? utf8() : type);
  // Text is what anything can be cast to.
  const isText = wanted.type.kind === "utf8";
  const cast = isText && (isUnread || type.type.kind !== "utf8") ? "text" : undefined;
  const unsupported = isUnread && !chosen ? { column: name, nativeType, reason: type } : undefined;
  return {
    field: { name, column: { type: wanted.type, nullable } },
    column: { name, nativeType, nullable, cast, comment },
    unsupported: unsupported && { ...unsupported, cast: "text" },
  };
}
