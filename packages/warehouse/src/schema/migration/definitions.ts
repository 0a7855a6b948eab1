import { type SqlSession, sql } from "@lakewright/sql";
import type { StarTable } from "../../define/star-table.ts";
import { columnList } from "../../sql-text.ts";
import { bindMicros } from "../../values.ts";
import type { Place } from "../place.ts";
import { tablesTable } from "../system-tables.ts";
import { definitionOf } from "./migrate.ts";

/** What the tables were made as: name → definition. */
export async function readDefinitions(
  session: SqlSession,
  place: Place,
): Promise<Map<string, string>> {
  const rows = await session
    .query(sql`SELECT table_name, definition FROM ${place.id(tablesTable.name)}`)
    .rows();
  return new Map(rows.map((row) => [String(row["table_name"]), String(row["definition"])]));
}

/**
 * Keeps what a table is made as. Before it is made: where a transaction does not undo that, a table without a definition
 * would be taken for somebody else's.
 */
export async function writeDefinition(
  session: SqlSession,
  place: Place,
  table: StarTable,
  micros: bigint,
): Promise<void> {
  const definitions = place.id(tablesTable.name);
  await session.execute(sql`DELETE FROM ${definitions} WHERE table_name = ${table.name}`);
  await session.execute(
    sql`INSERT INTO ${definitions} (${columnList(["table_name", "definition", "created_at"])})
VALUES (${table.name}, ${definitionOf(table)}, ${bindMicros(micros)})`,
  );
}
