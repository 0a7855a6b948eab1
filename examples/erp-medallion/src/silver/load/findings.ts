import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { createTable, id, joinSql, type SqlEngine, type SqlSession, sql } from "@lakewright/sql";

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

/** Removes what was found about a table, or about these rows of it. Keys go in chunks: engines limit parameters. */
export async function forgetFindings(
  session: SqlSession,
  table: string,
  keys: readonly string[] | undefined,
): Promise<void> {
  for (const findings of [quarantineTable, dirtTable]) {
    const target = id(findings.name);
    if (keys === undefined) {
      await session.execute(sql`DELETE FROM ${target} WHERE table_name = ${table}`);
      continue;
    }
    // Most rows have nothing that was found: those that have are few, and only they are asked to be deleted.
    const found = await session
      .query(sql`SELECT DISTINCT source_key FROM ${target} WHERE table_name = ${table}`)
      .rows();
    const named = new Set(keys);
    const known = found.map((row) => row["source_key"] as string).filter((key) => named.has(key));
    for (const chunk of chunks(known)) {
      await session.execute(
        sql`DELETE FROM ${target} WHERE table_name = ${table} AND source_key IN (${joinSql(chunk.map((key) => sql`${key}`))})`,
      );
    }
  }
}

const CHUNK = 500;

export function* chunks<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < values.length; from += CHUNK) yield values.slice(from, from + CHUNK);
}
