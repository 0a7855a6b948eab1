import type { SqlSession } from "@lakewright/sql";
import { sql } from "@lakewright/sql";
import { assemble } from "./assemble.ts";
import { duckdbType } from "./duckdb-types.ts";
import type { IntrospectOptions } from "./introspect.ts";
import type { SourceTable } from "./source-table.ts";

/** Reads the catalog of DuckDB, in three queries. */
export async function duckdbCatalog(
  session: SqlSession,
  options: IntrospectOptions,
  wanted: (name: string) => boolean,
): Promise<SourceTable[]> {
  const { signal } = options;
  const where = options.schema === undefined ? sql`current_schema()` : sql`${options.schema}`;
  const within = sql`database_name = current_database() AND schema_name = ${where} AND NOT internal`;
  const tables = await session
    .query(
      sql`SELECT schema_name, table_name AS name, 'table' AS kind, estimated_size AS estimated, comment FROM duckdb_tables() WHERE ${within}
UNION ALL SELECT schema_name, view_name, 'view', NULL, comment FROM duckdb_views() WHERE ${within}`,
      { signal },
    )
    .rows();
  const kept = tables.filter((row) => wanted(row["name"] as string));
  const isKept = new Set(kept.map((row) => row["name"]));
  const columns = await session
    .query(
      sql`SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE ${within} ORDER BY table_name, column_index`,
      { signal },
    )
    .rows();
  const constraints = await session
    .query(
      sql`SELECT table_name, constraint_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
FROM duckdb_constraints() WHERE database_name = current_database() AND schema_name = ${where}
AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') ORDER BY table_name, constraint_index`,
      { signal },
    )
    .rows();
  const ofKept = constraints.filter((row) => isKept.has(row["table_name"]));
  const schema = options.schema ?? String(tables[0]?.["schema_name"] ?? "main");
  return assemble(
    {
      dialect: "duckdb",
      schema,
      tables: kept.map((row) => ({
        name: row["name"] as string,
        kind: row["kind"] as "table" | "view",
        estimatedRows: row["estimated"] === null ? undefined : Number(row["estimated"]),
        comment: (row["comment"] as string | null) ?? undefined,
      })),
      columns: columns
        .filter((row) => isKept.has(row["table_name"]))
        .map((row) => ({
          table: row["table_name"] as string,
          name: row["column_name"] as string,
          nativeType: row["data_type"] as string,
          nullable: row["is_nullable"] === true,
          comment: (row["comment"] as string | null) ?? undefined,
          type: duckdbType(row["data_type"] as string),
        })),
      keys: ofKept
        .filter((row) => row["constraint_type"] !== "FOREIGN KEY")
        .map((row) => ({
          table: row["table_name"] as string,
          kind: row["constraint_type"] === "PRIMARY KEY" ? "primary" : "unique",
          columns: row["constraint_column_names"] as string[],
        })),
      foreignKeys: ofKept
        .filter((row) => row["constraint_type"] === "FOREIGN KEY")
        .map((row) => ({
          table: row["table_name"] as string,
          name: (row["constraint_name"] as string | null) ?? "",
          columns: row["constraint_column_names"] as string[],
          references: {
            path: [schema, row["referenced_table"] as string],
            columns: row["referenced_column_names"] as string[],
          },
        })),
    },
    options,
  );
}
