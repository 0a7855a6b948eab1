import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "./dialect.ts";
import type { Sql } from "./text.ts";

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows of a batch, at most; an engine may give fewer. Default 65,536. */
  readonly batchRows?: number | undefined;
}

/** The result of a query. It runs when it is iterated, once; leaving the loop early stops it. */
export interface QueryResult extends AsyncIterable<RecordBatch> {
  /** All rows as objects, values lossless: int64 a bigint, numeric a Decimal, dates text. */
  rows(): Promise<Record<string, unknown>[]>;
  /** The only row. @throws SqlError SQL_QUERY_FAILED where there is none, or more than one. */
  row(): Promise<Record<string, unknown>>;
  /** All rows as batches. */
  batches(): Promise<RecordBatch[]>;
}

export interface LoadResult {
  readonly rows: number;
}

/** What runs statements: an engine, or the inside of one of its transactions. */
export interface SqlSession {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;

  /** Runs a statement that gives rows. Text is taken as it is; use {@link sql} to bind values. */
  query(statement: Sql | string, options?: QueryOptions): QueryResult;

  /**
   * Runs a statement (text: one or more, without parameters) and says how many rows it changed.
   *
   * @throws SqlError with the statement in `details.sql`.
   */
  execute(statement: Sql | string, options?: QueryOptions): Promise<number>;

  /**
   * Appends the data to an existing table by the engine's fastest path, columns matched by name. All or nothing where
   * the engine has transactions.
   *
   * @param target - name of the table, or path to it: `["mart", "fact_sales"]`
   * @param table - the definition the data has
   */
  load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options?: JobOptions,
  ): Promise<LoadResult>;
}

/** A database: DuckDB in the process, a Postgres server. */
export interface SqlEngine extends SqlSession, AsyncDisposable {
  /**
   * Runs the function in a transaction: committed when it resolves, rolled back when it throws. Inside, use the session
   * it is given, not the engine. Not nested.
   */
  transaction<R>(run: (session: SqlSession) => Promise<R>, options?: QueryOptions): Promise<R>;

  /** A table or view of the engine, as `quality`, `reconcile` and `warehouse` take them. */
  table(name: string | readonly string[]): EngineTable;

  close(): Promise<void>;
}

/** A table or view where it lives. */
export interface EngineTable {
  readonly engine: SqlEngine;
  readonly path: readonly string[];
}
