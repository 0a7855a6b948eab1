import { AsyncLocalStorage } from "node:async_hooks";
import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "../dialect.ts";
import { postgresDialect } from "../dialects/postgres.ts";
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
import { SqlError } from "../errors.ts";
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
import { Connection, type Statement } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import type { Client, Pool } from "./driver.ts";
import { toConnectError } from "./error.ts";
import type { Host } from "./host.ts";
import { heldLock } from "./lock.ts";
import { TypeCatalog } from "./read/types.ts";
import { inTransaction, rollBackStray } from "./session.ts";
import { prepared, SESSION_SETTINGS } from "./source.ts";
import { changedRows } from "./tags.ts";

/** A Postgres server, through a pool: every call outside a transaction takes a connection of its own. */
export class PostgresEngine implements SqlEngine {
  readonly dialect: Dialect = postgresDialect;
  readonly capabilities: Capabilities;
  private readonly host: Host;
  private readonly scope = new TransactionScope();
  /** Of this engine: rivals of one process wait without a connection each. */
  private readonly locks = new NamedLocks();
  /** On the only session there is, what the source of a load asks is part of the load. */
  private readonly loading = new AsyncLocalStorage<Connection>();
  private readonly catalog = new TypeCatalog();
  private readonly running = new Set<Promise<unknown>>();
  private readonly reading = new Set<Lease>();
  private opening: Promise<Pool> | undefined;
  private closed = false;

  constructor(host: Host) {
    this.host = host;
    this.capabilities = host.capabilities;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, () =>
      streamWithDeadline(rendered.text, options, (signal) =>
        this.start(rendered, { ...options, signal }),
      ),
    );
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    const rendered = render(this.dialect, statement);
    return withDeadline(rendered.text, options, (signal) =>
      this.use("execute", signal, async (connection) => {
        const { tags } = await connection.execute(rendered, signal);
        if (await rollBackStray(connection)) throw leftOpen(rendered.text);
        return changedRows(tags);
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
        this.loading.run(connection, () => session.load(target, table, data, options)),
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
    if (this.host.lone !== undefined) return this.host.lone.locks.run(name, options, run);
    const { signal, waitMs } = options;
    const limit =
      waitMs === 0 ? undefined : deadline(signal, waitMs, (ms) => lockTimeout(name, ms));
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
    for (const lease of this.reading) lease.end(new Error("The engine was closed."));
    const pool = await this.opening?.catch(() => undefined);
    this.opening = undefined;
    if (pool !== undefined) await this.host.close(pool);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private start(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
    if (this.host.lone === undefined) return this.stream(statement, options);
    const loading = this.loading.getStore();
    if (loading !== undefined && !loading.released) return loading.stream(statement, options, true);
    this.scope.assertOutside("query()");
    return this.host.lone.readers.read(this.stream(statement, options));
  }

  private async *stream(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
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
      lease.end();
    }
  }

  /** Runs work on a connection; inside a transaction of this engine it would not be part of it. */
  private use<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<R>,
  ): Promise<R> {
    this.scope.assertOutside(`${call}()`);
    this.host.lone?.readers.detach();
    const result = (async () => {
      const lease = await this.take(signal);
      try {
        return await work(lease.connection);
      } catch (error) {
        await rollBackStray(lease.connection);
        throw error;
      } finally {
        lease.end();
      }
    })();
    this.running.add(result);
    const forget = (): void => void this.running.delete(result);
    result.then(forget, forget);
    return result;
  }

  private async take(signal: AbortSignal | undefined): Promise<Lease> {
    signal?.throwIfAborted();
    if (this.closed) throw this.closedError();
    this.opening ??= this.host.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    const pool = await this.opening;
    const client = await connectedBefore(pool, signal).catch((error: unknown) => {
      if (signal?.aborted) throw signal.reason;
      throw this.closed ? this.closedError() : toConnectError(error);
    });
    const lease = new Lease(client, new Connection(client, this.host, this.catalog));
    try {
      if (!prepared.has(client)) await Conversation.text(client, SESSION_SETTINGS);
      prepared.add(client);
      return lease;
    } catch (error) {
      lease.end(error as Error);
      throw toConnectError(error);
    }
  }

  private closedError(): SqlError {
    return new SqlError("SQL_CLOSED", `The ${this.host.name} engine is closed.`);
  }
}

/** A connection of the pool, unless the signal aborts while none is free. */
function connectedBefore(pool: Pool, signal: AbortSignal | undefined): Promise<Client> {
  if (signal === undefined) return pool.connect();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    void pool
      .connect()
      .then((client) => {
        if (signal.aborted) client.release();
        resolve(client);
      }, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A connection taken from the pool; one that has broken is not given back. */
class Lease {
  readonly connection: Connection;
  private readonly client: Client;
  private ended = false;

  constructor(client: Client, connection: Connection) {
    this.client = client;
    this.connection = connection;
    client.on("error", this.onError);
  }

  end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.connection.released = true;
    this.connection.broken ??= error;
    this.client.release(this.connection.broken);
    // A client that is being thrown away may still report its end.
    if (this.connection.broken === undefined) this.client.off("error", this.onError);
  }

  private readonly onError = (error: Error): void => {
    this.connection.broken ??= error;
  };
}
