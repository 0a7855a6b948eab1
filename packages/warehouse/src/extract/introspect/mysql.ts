import { id, type Sql, type SqlSession, sql } from "@lakewright/sql";
import { assemble } from "./assemble.ts";
import type { IntrospectOptions } from "./introspect.ts";
import { mysqlType } from "./mysql-types.ts";
import type { SourceTable } from "./source-table.ts";

type Rows = Record<string, unknown>[];

/** Reads the catalog of MySQL or MariaDB, in four queries. */
export async function mysqlCatalog(
  session: SqlSession,
  options: IntrospectOptions,
  wanted: (name: string) => boolean,
): Promise<SourceTable[]> {
  const read = (statement: Sql): Promise<Rows> =>
    session.query(statement, { signal: options.signal }).rows();
  const current = await read(sql`SELECT DATABASE() AS ${id("name")}`);
  const schema = options.schema ?? String(current[0]!["name"]);
  const tables = await read(
    sql`SELECT TABLE_NAME AS ${id("name")}, TABLE_TYPE AS ${id("kind")}, TABLE_ROWS AS ${id("estimated")}, TABLE_COMMENT AS ${id("comment")}
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${schema} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')`,
  );
  const kept = tables.filter((row) => wanted(row["name"] as string));
  const isKept = new Set(kept.map((row) => row["name"]));
  const ofKept = (rows: Rows): Rows => rows.filter((row) => isKept.has(row["table"]));
  const columns = await read(
    sql`SELECT TABLE_NAME AS ${id("table")}, COLUMN_NAME AS ${id("name")}, CAST(COLUMN_TYPE AS CHAR) AS ${id("native")},
IS_NULLABLE AS ${id("nullable")}, COLUMN_COMMENT AS ${id("comment")}
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${schema} ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  // A part of an index that is an expression, or the beginning of a text, keeps no column unique.
  const keys = await read(
    sql`SELECT TABLE_NAME AS ${id("table")}, INDEX_NAME AS ${id("name")}, COLUMN_NAME AS ${id("column")}, SUB_PART AS ${id("part")}
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ${schema} AND NON_UNIQUE = 0
ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
  );
  const references = await read(
    sql`SELECT TABLE_NAME AS ${id("table")}, CONSTRAINT_NAME AS ${id("name")}, COLUMN_NAME AS ${id("column")},
REFERENCED_TABLE_SCHEMA AS ${id("other_schema")}, REFERENCED_TABLE_NAME AS ${id("other")}, REFERENCED_COLUMN_NAME AS ${id("other_column")}
FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = ${schema} AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`,
  );
  return assemble(
    {
      dialect: "mysql",
      schema,
      tables: kept.map((row) => ({
        name: row["name"] as string,
        kind: row["kind"] === "VIEW" ? "view" : "table",
        estimatedRows: row["estimated"] === null ? undefined : Number(row["estimated"]),
        comment: row["kind"] === "VIEW" ? undefined : commentOf(row),
      })),
      columns: ofKept(columns).map((row) => ({
        table: row["table"] as string,
        name: row["name"] as string,
        nativeType: row["native"] as string,
        nullable: row["nullable"] === "YES",
        comment: commentOf(row),
        type: mysqlType(row["native"] as string),
      })),
      keys: grouped(ofKept(keys))
        .filter((rows) => rows.every((row) => row["column"] !== null && row["part"] === null))
        .map((rows) => ({
          table: rows[0]!["table"] as string,
          kind: rows[0]!["name"] === "PRIMARY" ? "primary" : "unique",
          columns: rows.map((row) => row["column"] as string),
        })),
      foreignKeys: grouped(ofKept(references)).map((rows) => ({
        table: rows[0]!["table"] as string,
        name: rows[0]!["name"] as string,
        columns: rows.map((row) => row["column"] as string),
        references: {
          path: [rows[0]!["other_schema"] as string, rows[0]!["other"] as string],
          columns: rows.map((row) => row["other_column"] as string),
        },
      })),
    },
    options,
  );
}

/** The rows of one index or constraint of one table together. */
function grouped(rows: Rows): Rows[] {
  return [...Map.groupBy(rows, (row) => JSON.stringify([row["table"], row["name"]])).values()];
}

function commentOf(row: Record<string, unknown>): string | undefined {
  const comment = row["comment"] as string | null;
  return comment === "" || comment === null ? undefined : comment;
}
