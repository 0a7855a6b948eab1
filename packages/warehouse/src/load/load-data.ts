import { looksLikeBatch, type RowsOrBatches, type Table } from "@lakewright/core";
import { type EngineTable, id, Sql, type SqlEngine, sql } from "@lakewright/sql";

/**
 * What a load takes: rows or batches; a query of the warehouse's own database, whose rows do not leave it where its
 * columns have the types of the table; a table of this or of another database.
 */
export type LoadData<T extends Table = Table> = RowsOrBatches<T> | Sql | EngineTable;

/** Rows, or a query of the database they are loaded into. */
export type LoadSource = RowsOrBatches | Sql;

/** Whether it names a table where it lives. */
export function isEngineTable(data: unknown): data is EngineTable {
  return typeof data === "object" && data !== null && "engine" in data && "path" in data;
}

/** The data as a load into a table of that engine reads it. */
export function sourceOf(engine: SqlEngine, data: LoadData): LoadSource {
  if (!isEngineTable(data)) return data;
  const query = sql`SELECT * FROM ${id(...data.path)}`;
  return data.engine === engine ? query : data.engine.query(query);
}

/** Whether data can be read a second time: what is in memory or in a database can, a stream cannot. */
export function isReplayable(data: unknown): boolean {
  return (
    Array.isArray(data) ||
    data instanceof Set ||
    data instanceof Uint8Array ||
    data instanceof Sql ||
    looksLikeBatch(data)
  );
}
