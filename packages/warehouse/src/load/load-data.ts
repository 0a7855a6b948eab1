import { looksLikeBatch, type RowsOrBatches, type Table } from "@lakewright/core";
import { type EngineTable, id, Sql, type SqlEngine, sql } from "@lakewright/sql";
import { isObject } from "../options.ts";

/**
 * What a load takes: rows or batches; a query of the warehouse's own database, whose rows do not leave it where its
 * columns have the types of the table; a table of this or of another database.
 */
export type LoadData<T extends Table = Table> = RowsOrBatches<T> | Sql | EngineTable;

/** Rows, or what has them in the database they are loaded into. */
export type LoadSource = RowsOrBatches | OwnRows;

/** Rows in the database they are loaded into. */
export class OwnRows {
  readonly query: Sql;
  /** The table they are the rows of; undefined for any other query. */
  readonly path: readonly string[] | undefined;

  constructor(query: Sql, path?: readonly string[]) {
    this.query = query;
    this.path = path;
  }
}

/** Whether it names a table where it lives. */
export function isEngineTable(data: unknown): data is EngineTable {
  return isObject(data) && "engine" in data && "path" in data;
}

/** The data as a load into a table of that engine reads it. */
export function sourceOf(engine: SqlEngine, data: LoadData): LoadSource {
  if (data instanceof Sql) return new OwnRows(data);
  if (!isEngineTable(data)) return data;
  const query = sql`SELECT * FROM ${id(...data.path)}`;
  return data.engine === engine ? new OwnRows(query, data.path) : data.engine.query(query);
}

/** Whether data can be read a second time: what is in memory or in a database can, a stream cannot. */
export function isReplayable(data: unknown): boolean {
  return (
    Array.isArray(data) ||
    data instanceof Set ||
    data instanceof Uint8Array ||
    data instanceof OwnRows ||
    looksLikeBatch(data)
  );
}
