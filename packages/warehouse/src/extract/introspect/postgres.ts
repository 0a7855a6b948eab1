import type { SqlSession } from "@lakewright/sql";
import { raw, type Sql, sql } from "@lakewright/sql";
import { assemble, type Catalog, type CatalogColumn } from "./assemble.ts";
import type { IntrospectOptions } from "./introspect.ts";
import { postgresType } from "./postgres-types.ts";
import type { SourceTable } from "./source-table.ts";

type Rows = Record<string, unknown>[];

/** Ordinary, partitioned and foreign tables, views and materialised views; partitions are read through their table. */
const relations = (schema: Sql): Sql => sql`SELECT oid, relname, relkind, reltuples
FROM pg_catalog.pg_class
WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ${schema})
AND relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT relispartition`;

const rawNames = (table: string, numbers: string): Sql =>
  raw(`(SELECT json_agg(a.attname ORDER BY k.position)::text FROM unnest(${numbers}) WITH ORDINALITY AS k(number, position)
JOIN pg_catalog.pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number)`);

/** Reads the catalog of Postgres, in four queries. */
export async function postgresCatalog(
  session: SqlSession,
  options: IntrospectOptions,
  wanted: (name: string) => boolean,
): Promise<SourceTable[]> {
  const { signal } = options;
  const schema =
    options.schema ??
    String((await read(session, sql`SELECT current_schema() AS name`))[0]!["name"]);
  const within = relations(sql`${schema}`);
  const tables = await read(
    session,
    sql`SELECT r.relname::text AS name, r.relkind::text AS kind, r.reltuples AS rows, obj_description(r.oid, 'pg_class') AS comment FROM (${within}) r`,
    signal,
  );
  const kept = tables.filter((row) => wanted(row["name"] as string));
  const isKept = new Set(kept.map((row) => row["name"]));
  const ofKept = (rows: Rows): Rows => rows.filter((row) => isKept.has(row["table"]));
  const columns = await read(
    session,
    sql`SELECT r.relname::text AS table, a.attname::text AS name,
format_type(a.atttypid, a.atttypmod) AS native, a.attnotnull OR t.typnotnull AS required,
CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS modifier,
b.typname::text AS base, b.typtype::text AS base_kind, b.typcategory::text AS category,
e.typname::text AS item, e.typtype::text AS item_kind, e.typcategory::text AS item_category,
col_description(r.oid, a.attnum) AS comment
FROM (${within}) r
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem AND b.typcategory = 'A'
ORDER BY r.relname, a.attnum`,
    signal,
  );
  const keys = await read(
    session,
    sql`SELECT r.relname::text AS table, i.indisprimary AS is_primary, ${rawNames("r.oid", "i.indkey::int2[]")} AS columns
FROM (${within}) r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
ORDER BY r.relname, i.indexrelid`,
    signal,
  );
  const references = await read(
    session,
    sql`SELECT r.relname::text AS table, c.conname::text AS name, ${rawNames("r.oid", "c.conkey")} AS columns,
n.nspname::text AS other_schema, o.relname::text AS other, ${rawNames("o.oid", "c.confkey")} AS other_columns
FROM (${within}) r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid AND c.contype = 'f'
JOIN pg_catalog.pg_class o ON o.oid = c.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = o.relnamespace
ORDER BY r.relname, c.conname`,
    signal,
  );
  const catalog: Catalog = {
    dialect: "postgres",
    schema,
    tables: kept.map((row) => ({
      name: row["name"] as string,
      kind: row["kind"] === "v" || row["kind"] === "m" ? "view" : "table",
      // -1: never analysed.
      estimatedRows:
        Number(row["rows"]) < 0 || row["kind"] === "v" ? undefined : Number(row["rows"]),
      comment: (row["comment"] as string | null) ?? undefined,
    })),
    columns: ofKept(columns).map(columnOf),
    keys: ofKept(keys).map((row) => ({
      table: row["table"] as string,
      kind: row["is_primary"] === true ? "primary" : "unique",
      columns: JSON.parse(row["columns"] as string) as string[],
    })),
    foreignKeys: ofKept(references).map((row) => ({
      table: row["table"] as string,
      name: row["name"] as string,
      columns: JSON.parse(row["columns"] as string) as string[],
      references: {
        path: [row["other_schema"] as string, row["other"] as string],
        columns: JSON.parse(row["other_columns"] as string) as string[],
      },
    })),
  };
  return assemble(catalog, options);
}

function columnOf(row: Record<string, unknown>): CatalogColumn {
  return {
    table: row["table"] as string,
    name: row["name"] as string,
    nativeType: row["native"] as string,
    nullable: row["required"] !== true,
    comment: (row["comment"] as string | null) ?? undefined,
    type: postgresType({
      name: row["base"] as string,
      kind: row["base_kind"] as string,
      category: row["category"] as string,
      modifier: Number(row["modifier"]),
      item:
        row["item"] === null
          ? undefined
          : {
              name: row["item"] as string,
              kind: row["item_kind"] as string,
              category: row["item_category"] as string,
            },
    }),
  };
}

function read(session: SqlSession, statement: Sql, signal?: AbortSignal): Promise<Rows> {
  return session.query(statement, { signal }).rows();
}
