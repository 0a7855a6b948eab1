import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "../dialect.ts";
import { mysqlCapabilities, mysqlDialect } from "../dialects/mysql.ts";
import type {
  EngineTable,
  LoadResult,
  LockOptions,
  QueryOptions,
  QueryResult,
  SqlEngine,
  SqlSession,
  TransactionOptions,
} from "../engine.ts";
import { deadline, lockTimeout, streamWithDeadline, withDeadline } from "../shared/deadline.ts";
import { NamedLocks } from "../shared/waiting/named-locks.ts";
import { checkLockOptions, checkQueryOptions, checkTransactionOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { retrying } from "../shared/transaction/retry.ts";
import { queryResult } from "../shared/result.ts";
import { TransactionScope } from "../shared/transaction/scope.ts";
import { leftOpen, savepointOutside } from "../shared/transaction/errors.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Connection, Statement } from "./connection.ts";
import type { Pool } from "./driver.ts";
import { closedError, Lease } from "./lease.ts";
import { heldLock } from "./lock.ts";
import { inTransaction, rollBackStray } from "./session.ts";
import { isPool, type MysqlSource, openPool } from "./source.ts";

/** A MySQL or MariaDB server, through a pool: every call outside a transaction takes a connection of its own. */
export class MysqlEngine implements SqlEngine {
  readonly dialect: Dialect = mysqlDialect;
  readonly capabilities: Capabilities = mysqlCapabilities;
  private readonly source: MysqlSource;
  private readonly scope = new TransactionScope();
  private readonly locks = new NamedLocks();
  private readonly running = new Set<Promise<unknown>>();
  private readonly reading = new Set<Lease>();
  private opening: Promise<Pool> | undefined;
  private closed = false;

  constructor(source: MysqlSource) {
    this.source = source;
  }

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
        const results = await connection.execute(rendered, signal);
        if (await rollBackStray(connection)) throw leftOpen(rendered.text);
        return results.reduce((sum, { affected }) => sum + affected, 0);
      }),
    );
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    return this.use("load", options.signal, (connection) =>
      inTransaction(connection, { signal: options.signal }, (session) =>
        session.load(target, table, data, options),
      ),
    );
  }

  async transaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    checkTransactionOptions(options);
    return withDeadline("transaction()", options, (signal) =>
      retrying(options.retries ?? 0, signal, () =>
        this.use("transaction", signal, (connection) =>
          this.scope.run(() => inTransaction(connection, { ...options, signal }, run)),
        ),
      ),
    );
  }

  savepoint(): Promise<never> {
    return Promise.reject(savepointOutside());
  }

  async withLock<R>(name: string, run: () => Promise<R>, options: LockOptions = {}): Promise<R> {
    checkLockOptions(name, options);
    this.scope.assertOutside("withLock()");
    const { signal, waitMs } = options;
    const limit =
      waitMs === 0 ? undefined : deadline(signal, waitMs, (ms) => lockTimeout(name, ms));
    // Rivals of this process wait without a connection each, which whoever has the lock may need.
    try {
      return await this.locks.run(name, limit ?? { waitMs: 0 }, () =>
        this.use("withLock", limit?.signal, (connection) => heldLock(connection, name, limit, run)),
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
    if (pool === undefined || isPool(this.source)) return;
    await new Promise<void>((resolve) => pool.end(() => resolve()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async *stream(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
    const lease = await this.take(options.signal);
    this.reading.add(lease);
    try {
      yield* lease.connection.stream(statement, options, false);
      if (await rollBackStray(lease.connection)) throw leftOpen(statement.text);
    } catch (error) {
      await rollBackStray(lease.connection);
      throw this.closed ? closedError() : error;
    } finally {
      this.reading.delete(lease);
      await lease.end();
    }
  }

  /** Runs work on a connection; inside a transaction of this engine it would not be part of it. */
  private use<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<R>,
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

  private async take(signal: AbortSignal | undefined): Promise<Lease> {
    signal?.throwIfAborted();
    if (this.closed) throw closedError();
    this.opening ??= openPool(this.source).catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    const pool = await this.opening;
    return Lease.take(pool, isPool(this.source), signal, () => this.closed);
  }
}
