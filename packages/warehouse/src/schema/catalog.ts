import { joinSql, type SqlSession, sql } from "@lakewright/sql";
import type { Place } from "./place.ts";

/** Names of the tables and views of the schema. */
export async function tableNames(session: SqlSession, place: Place): Promise<Set<string>> {
  // Named again: MySQL gives the names of its own columns in capitals.
  const rows = await session
    .query(
      sql`SELECT table_name AS table_name FROM information_schema.tables WHERE table_schema = ${place.schema}`,
    )
    .rows();
  return new Set(rows.map((row) => String(row["table_name"])));
}

/** Names of the foreign keys of a table. */
export async function referenceNames(
  session: SqlSession,
  place: Place,
  table: string,
): Promise<Set<string>> {
  const rows = await session
    .query(
      sql`SELECT constraint_name AS constraint_name FROM information_schema.table_constraints
WHERE table_schema = ${place.schema} AND table_name = ${table} AND constraint_type = 'FOREIGN KEY'`,
    )
    .rows();
  return new Set(rows.map((row) => String(row["constraint_name"])));
}

/** Names of columns in the order they have, each with the engine's description of its type. */
export type ColumnTypes = ReadonlyMap<string, string>;

/**
 * The columns of tables, by the table's name, in one statement: catalogs are slow to ask.
 *
 * @param schema - undefined for temporary tables, whose names no other table has
 */
export async function columnTypes(
  session: SqlSession,
  schema: string | undefined,
  tables: readonly string[],
): Promise<ReadonlyMap<string, ColumnTypes>> {
  const found = new Map(tables.map((table) => [table, new Map<string, string>()]));
  if (tables.length === 0) return found;
  const rows = await session
    .query(
      sql`SELECT table_name AS table_name, column_name AS column_name, data_type AS data_type,
  numeric_precision AS numeric_precision, numeric_scale AS numeric_scale
FROM information_schema.columns
WHERE table_name IN (${joinSql(tables.map((table) => sql`${table}`))}) AND ${schema === undefined ? sql`TRUE` : sql`table_schema = ${schema}`}
ORDER BY table_name, ordinal_position`,
    )
    .rows();
  for (const row of rows) {
    const type = String(row["data_type"]);
    const sized = /^(numeric|decimal)$/i.test(type);
    found
      .get(String(row["table_name"]))
      ?.set(
        String(row["column_name"]),
        sized
          ? `${type}(${String(row["numeric_precision"])},${String(row["numeric_scale"])})`
          : type,
      );
  }
  return found;
}
