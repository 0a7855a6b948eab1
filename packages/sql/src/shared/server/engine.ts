import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "../../dialect.ts";
import type {
  EngineTable,
  LoadResult,
  LockOptions,
  QueryOptions,
  QueryResult,
  SqlEngine,
  SqlSession,
  TransactionOptions,
} from "../../engine.ts";
import { SqlError } from "../../errors.ts";
import type { Sql } from "../../text.ts";
import { deadline, lockTimeout, streamWithDeadline, withDeadline } from "../deadline.ts";
import { assertFunction } from "../given.ts";
import { checkLockOptions, checkQueryOptions, checkTransactionOptions } from "../options.ts";
import { render } from "../render.ts";
import { queryResult } from "../result.ts";
import { toPath } from "../target.ts";
import { leftOpen, savepointOutside } from "../transaction/errors.ts";
import { retryingConflicts } from "../transaction/retry.ts";
import { TransactionScope } from "../transaction/scope.ts";
import { NamedLocks } from "../waiting/named-locks.ts";
import { type Lease, rollBackStray, type ServerConnection, type Statement } from "./connection.ts";
import { type SessionLocks, whileHeld } from "./held-lock.ts";
import { inTransaction, type Transactions } from "./session.ts";

/** A server, through a pool of its driver: every call outside a transaction takes a connection of its own. */
export abstract class ServerEngine<C extends ServerConnection, Pool> implements SqlEngine {
  readonly dialect: Dialect;
  abstract readonly capabilities: Capabilities;
  protected readonly scope: TransactionScope = new TransactionScope();
  private readonly transactions: Transactions<C>;
  private readonly sessionLocks: SessionLocks<C>;
  /** Of this engine: rivals of one process wait without a connection each, which whoever has the lock may need. */
  private readonly locks = new NamedLocks();
  private readonly running = new Set<Promise<unknown>>();
  private readonly reading = new Set<Lease<C>>();
  private opening: Promise<Pool> | undefined;
  private closed = false;

  constructor(transactions: Transactions<C>, sessionLocks: SessionLocks<C>) {
    this.dialect = transactions.dialect;
    this.transactions = transactions;
    this.sessionLocks = sessionLocks;
  }

  /** As the server is called in messages. */
  protected abstract readonly server: string;
  protected abstract openPool(): Promise<Pool>;
  /** Leaves a pool of the caller's open. */
  protected abstract closePool(pool: Pool): Promise<void>;
  /** A connection with the settings of our sessions, unless the signal aborts while none is free. */
  protected abstract lease(pool: Pool, signal: AbortSignal | undefined): Promise<Lease<C>>;

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, () =>
      streamWithDeadline(rendered.text, options, (signal) =>
        this.stream(rendered, { ...options, signal }),
      ),
    );
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    const rendered = render(this.dialect, statement);
    return withDeadline(rendered.text, options, (signal) =>
      this.use("execute", signal, async (connection) => {
        const changed = await connection.change(rendered, signal);
        if (await rollBackStray(connection)) throw leftOpen(rendered.text);
        return changed;
      }),
    );
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    const { signal } = options;
    return this.use("load", signal, (connection) =>
      inTransaction(connection, this.transactions, { signal }, (session) =>
        this.duringLoad(connection, () => session.load(target, table, data, options)),
      ),
    );
  }

  async transaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    assertFunction("transaction()", run);
    checkTransactionOptions(options);
    return withDeadline("transaction()", options, (signal) =>
      retryingConflicts(options.retries ?? 0, signal, () =>
        this.use("transaction", signal, (connection) =>
          this.scope.run(() =>
            inTransaction(connection, this.transactions, { ...options, signal }, run),
          ),
        ),
      ),
    );
  }

  savepoint(): Promise<never> {
    return Promise.reject(savepointOutside());
  }

  async withLock<R>(name: string, run: () => Promise<R>, options: LockOptions = {}): Promise<R> {
    checkLockOptions(name, options);
    assertFunction("withLock()", run);
    this.scope.assertOutside("withLock()");
    const { signal, waitMs } = options;
    const limit =
      waitMs === 0 ? undefined : deadline(signal, waitMs, (ms) => lockTimeout(name, ms));
    try {
      return await this.locks.run(name, limit ?? { waitMs: 0 }, () =>
        this.use("withLock", limit?.signal, (connection) =>
          whileHeld(connection, this.sessionLocks, name, limit, run),
        ),
      );
    } finally {
      limit?.end();
    }
  }

  table(name: string | readonly string[]): EngineTable {
    return { engine: this, path: toPath(name) };
  }

  async close(): Promise<void> {
    this.scope.assertOutside("close()");
    this.closed = true;
    await Promise.allSettled(this.running);
    for (const lease of this.reading) await lease.end(new Error("The engine was closed."));
    const pool = await this.opening?.catch(() => undefined);
    this.opening = undefined;
    if (pool !== undefined) await this.closePool(pool);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected async *stream(
    statement: Statement,
    options: QueryOptions,
  ): AsyncGenerator<RecordBatch> {
    const lease = await this.take(options.signal);
    this.reading.add(lease);
    try {
      yield* lease.connection.stream(statement, options, false);
      if (await rollBackStray(lease.connection)) throw leftOpen(statement.text);
    } catch (error) {
      await rollBackStray(lease.connection);
      throw this.closed ? this.closedError() : error;
    } finally {
      this.reading.delete(lease);
      await lease.end();
    }
  }

  /** Runs work on a connection; inside a transaction of this engine it would not be part of it. */
  protected use<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (connection: C) => Promise<R>,
  ): Promise<R> {
    this.scope.assertOutside(`${call}()`);
    const result = (async () => {
      const lease = await this.take(signal);
      try {
        return await work(lease.connection);
      } catch (error) {
        await rollBackStray(lease.connection);
        throw error;
      } finally {
        await lease.end();
      }
    })();
    this.running.add(result);
    const forget = (): void => void this.running.delete(result);
    result.then(forget, forget);
    return result;
  }

  /** Runs a load of the connection. */
  protected duringLoad<R>(_connection: C, work: () => Promise<R>): Promise<R> {
    return work();
  }

  private async take(signal: AbortSignal | undefined): Promise<Lease<C>> {
    signal?.throwIfAborted();
    if (this.closed) throw this.closedError();
    this.opening ??= this.openPool().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    const pool = await this.opening;
    return this.lease(pool, signal).catch((error: unknown) => {
      throw this.closed && !signal?.aborted ? this.closedError() : error;
    });
  }

  private closedError(): SqlError {
    return new SqlError("SQL_CLOSED", `The ${this.server} engine is closed.`);
  }
}
