import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "./dialect.ts";
import type { Sql } from "./text.ts";

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows of a batch, at most; an engine may give fewer. Default 65,536. */
  readonly batchRows?: number | undefined;
  /**
   * Milliseconds it may take, the wait for a connection included; then it is cancelled, also on the server, and throws
   * SQL_TIMEOUT. Of a query: until its last batch is there, the time its reader takes included; of a transaction: until
   * its function ends, whatever runs in it being cancelled. Default: no limit but those of the server.
   */
  readonly timeoutMs?: number | undefined;
}

/** What a transaction sees of others, at the least: an engine may isolate it more. */
export type Isolation = "read committed" | "repeatable read" | "serializable";

export interface TransactionOptions extends QueryOptions {
  /**
   * Default: that of the engine. "serializable" throws SQL_UNSUPPORTED where the engine has it not
   * (`capabilities.serializableTransactions`); use {@link SqlEngine.withLock} there.
   */
  readonly isolation?: Isolation | undefined;
  /** Refuse what writes. Default false. */
  readonly readOnly?: boolean | undefined;
  /**
   * With `readOnly`: a replica may answer where there are any ({@link readReplicas}), as a query outside a transaction is
   * answered; all of the transaction sees one state of one of them. Where it fails, the function is run again at another,
   * and last at the primary. Default false: the primary.
   */
  readonly mayLag?: boolean | undefined;
  /**
   * How often the function is run again, in a new transaction, after SQL_CONFLICT (a serialisation failure, a
   * deadlock), each time after a longer pause. What it does outside the transaction happens again, too. Default 0.
   */
  readonly retries?: number | undefined;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the lock; 0 does not wait. Default: as long as it takes. */
  readonly waitMs?: number | undefined;
}

/**
 * The result of a query. It runs when it is iterated, once; leaving the loop early stops it.
 *
 * @typeParam R - its rows, where they are known
 */
export interface QueryResult<R = Record<string, unknown>> extends AsyncIterable<RecordBatch> {
  /** All rows as objects, values lossless: int64 a bigint, numeric a Decimal, dates text. */
  rows(): Promise<R[]>;
  /** The only row. @throws SqlError SQL_QUERY_FAILED where there is none, or more than one. */
  row(): Promise<R>;
  /** All rows as batches. */
  batches(): Promise<RecordBatch[]>;
  /**
   * This result with each batch changed as it comes, such as its columns given other types. Reading it reads this one,
   * once.
   *
   * @typeParam Q - a row of the changed batches
   */
  mapBatches<Q = R>(change: (batch: RecordBatch) => RecordBatch): QueryResult<Q>;
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

  /**
   * Runs the function in a part of the transaction that is rolled back alone when it throws; the error is thrown on.
   * Caught outside, it no longer keeps the transaction from being committed. Inside, use the session it is given.
   *
   * @throws SqlError SQL_UNSUPPORTED, before it runs, where the engine has no savepoints (`capabilities.savepoints`);
   * and on an engine itself, outside a transaction.
   */
  savepoint<R>(run: (session: SqlSession) => Promise<R>): Promise<R>;
}

/** A database: DuckDB in the process, a Postgres server. */
export interface SqlEngine extends SqlSession, AsyncDisposable {
  /**
   * Runs the function in a transaction: committed when it resolves, rolled back when it throws. Inside, use the session
   * it is given, not the engine. Not nested: see {@link SqlSession.savepoint}.
   */
  transaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options?: TransactionOptions,
  ): Promise<R>;

  /**
   * Runs the function while nobody else runs one under the same name: in other processes too, where the engine has
   * advisory locks (`capabilities.advisoryLocks`), else in this process, for the same database. Freed when the function
   * ends, and when the process or its connection dies. Not for use inside a transaction or, by the same name, inside
   * itself: take the lock first, then open transactions.
   *
   * @throws SqlError SQL_TIMEOUT where the lock was not had within `waitMs`; SQL_CONNECTION where the connection that
   * held it was lost while the function ran.
   */
  withLock<R>(name: string, run: () => Promise<R>, options?: LockOptions): Promise<R>;

  /** A table or view of the engine, as `quality`, `reconcile` and `warehouse` take them. */
  table(name: string | readonly string[]): EngineTable;

  close(): Promise<void>;
}

/** A table or view where it lives. */
export interface EngineTable {
  readonly engine: SqlEngine;
  readonly path: readonly string[];
}
