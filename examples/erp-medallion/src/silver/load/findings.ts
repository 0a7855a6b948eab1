import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { createTable, id, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import { keysOf } from "../../source/keys.ts";

/** Rows of the source that silver could not take, as they were read, with the reason. */
export const quarantineTable = defineTable("silver_quarantine", {
  table_name: utf8(),
  source_table: utf8(),
  /** Key of the source's row. */
  source_key: utf8(),
  reason: utf8(),
  /** The row of the source as JSON. */
  row_json: nullable(utf8()),
});

/** Values that were mended or taken out on the way to silver. */
export const dirtTable = defineTable("silver_dirt", {
  table_name: utf8(),
  source_key: utf8(),
  column_name: utf8(),
  reason: utf8(),
});

/** How many rows of the source each table of silver stands for: `current = loaded + quarantined + left_out`. */
export const reconciliationTable = defineTable("silver_reconciliation", {
  table_name: utf8(),
  source_table: utf8(),
  current_rows: int64(),
  loaded_rows: int64(),
  quarantined_rows: int64(),
  left_out_rows: int64(),
});

/** Creates the tables of what was found where they are missing. */
export async function createFindings(engine: SqlEngine): Promise<void> {
  for (const table of [quarantineTable, dirtTable, reconciliationTable]) {
    await engine.execute(createTable(engine.dialect, table.name, table, { ifNotExists: true }));
  }
}

/**
 * The statements that remove what was found about a table, or about these rows of it. Most rows have nothing that was
 * found: those that have are few, and only they are asked to be deleted. Keys go in chunks: engines limit parameters.
 */
export async function forgetFindings(
  engine: SqlEngine,
  table: string,
  keys: readonly string[] | undefined,
): Promise<Sql[]> {
  const places = [quarantineTable.name, dirtTable.name];
  if (keys === undefined)
    return places.map((name) => sql`DELETE FROM ${id(name)} WHERE table_name = ${table}`);
  const found = await engine
    .query(
      joinSql(
        places.map(
          (name) =>
            sql`SELECT DISTINCT ${raw(engine.dialect.literal(name))} AS place, source_key FROM ${id(name)} WHERE table_name = ${table}`,
        ),
        " UNION ALL ",
      ),
    )
    .rows();
  const named = new Set(keys);
  return places.flatMap((name) => {
    const known = found
      .filter((row) => row["place"] === name && named.has(row["source_key"] as string))
      .map((row) => row["source_key"]);
    return [...chunks(known)].map(
      (chunk) =>
        sql`DELETE FROM ${id(name)} WHERE table_name = ${table} AND source_key IN (${keysOf(chunk)})`,
    );
  });
}

const CHUNK = 500;

export function* chunks<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += CHUNK) yield values.slice(from, from + CHUNK);
}
