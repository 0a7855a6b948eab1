import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { Capabilities, Dialect } from "../../dialect.ts";
import type {
  LoadResult,
  QueryOptions,
  QueryResult,
  SqlSession,
  TransactionOptions,
} from "../../engine.ts";
import type { Sql } from "../../text.ts";
import { anySignal, streamWithDeadline, withDeadline } from "../deadline.ts";
import { assertDefinition, assertFunction } from "../given.ts";
import { checkQueryOptions } from "../options.ts";
import { render } from "../render.ts";
import { queryResult } from "../result.ts";
import { toPath } from "../target.ts";
import { endedInside, rolledBack, sessionEnded } from "../transaction/errors.ts";
import { say, type ServerConnection } from "./connection.ts";

/** What a server's transactions have of their own. */
export interface Transactions<C extends ServerConnection> {
  readonly dialect: Dialect;
  capabilitiesOf(connection: C): Capabilities;
  begin(connection: C, options: TransactionOptions): Promise<void>;
  /** @throws SqlError where the server has rolled it back. */
  commit(connection: C): Promise<void>;
  rollBack(connection: C): Promise<void>;
  /** The server would go on after a statement that has failed: the session must not. */
  readonly afterFailure?: ((cause: unknown) => Error) | undefined;
  /** @throws SqlError for a statement that would end the transaction. */
  assertStays?(text: string): void;
}

/** The inside of a transaction, or of a savepoint in it. */
export class ServerSession<C extends ServerConnection> implements SqlSession {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** Why the transaction must not be committed, whatever the function that runs in it returns. */
  doomed: unknown;
  private readonly connection: C;
  private readonly transactions: Transactions<C>;
  /** Of the whole transaction. */
  private readonly signal: AbortSignal | undefined;
  private over = false;

  constructor(connection: C, transactions: Transactions<C>, signal: AbortSignal | undefined) {
    this.connection = connection;
    this.transactions = transactions;
    this.dialect = transactions.dialect;
    this.capabilities = transactions.capabilitiesOf(connection);
    this.signal = signal;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, (whole) => {
      this.assertRunning();
      const within = this.within(options);
      return this.watched(
        streamWithDeadline(rendered.text, within, (signal) => {
          this.transactions.assertStays?.(rendered.text);
          const limited = { ...within, signal };
          return whole
            ? this.connection.collect(rendered, limited)
            : this.connection.stream(rendered, limited, true);
        }),
      );
    });
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    this.assertRunning();
    const rendered = render(this.dialect, statement);
    try {
      return await withDeadline(rendered.text, this.within(options), async (signal) => {
        this.transactions.assertStays?.(rendered.text);
        const changed = await this.connection.change(rendered, signal);
        if (!this.connection.isInTransaction) throw endedInside(rendered.text);
        return changed;
      });
    } catch (error) {
      throw this.failed(error);
    }
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    this.assertRunning();
    const path = toPath(target);
    assertDefinition("load()", table);
    const within = this.within(options);
    try {
      return await this.connection.load(path, table, data as RowsOrBatches, within);
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
  }

  async savepoint<R>(run: (session: SqlSession) => Promise<R>): Promise<R> {
    assertFunction("savepoint()", run);
    this.assertRunning();
    const { connection } = this;
    const inner = new ServerSession(connection, this.transactions, this.signal);
    const name = connection.savepointName();
    await say(connection, `SAVEPOINT ${name}`, this.signal);
    try {
      const result = await run(inner);
      inner.end();
      if (inner.doomed !== undefined) throw rolledBack(inner.doomed);
      // After a statement that has failed and was swallowed, Postgres takes nothing else.
      await say(connection, `RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      inner.end();
      // After a deadlock MySQL has neither savepoint nor transaction.
      await say(connection, `ROLLBACK TO SAVEPOINT ${name}`).catch((failure: unknown) => {
        this.doomed ??= this.transactions.afterFailure === undefined ? failure : error;
      });
      throw error;
    }
  }

  end(): void {
    this.over = true;
  }

  private within<O extends { readonly signal?: AbortSignal | undefined }>(options: O): O {
    return this.signal === undefined
      ? options
      : { ...options, signal: anySignal(this.signal, options.signal) };
  }

  private async *watched<B>(stream: AsyncGenerator<B>): AsyncGenerator<B> {
    try {
      yield* stream;
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** A statement has failed. */
  private failed(error: unknown): unknown {
    if (this.transactions.afterFailure !== undefined) this.doomed ??= error;
    return error;
  }

  private assertRunning(): void {
    const { afterFailure } = this.transactions;
    if (afterFailure !== undefined && this.doomed !== undefined) throw afterFailure(this.doomed);
    if (!this.over && this.connection.isInTransaction) return;
    throw sessionEnded();
  }
}

/** Runs work in a transaction of the connection. */
export async function inTransaction<C extends ServerConnection, R>(
  connection: C,
  transactions: Transactions<C>,
  options: TransactionOptions,
  run: (session: ServerSession<C>) => Promise<R>,
): Promise<R> {
  const { signal } = options;
  const session = new ServerSession(connection, transactions, signal);
  signal?.throwIfAborted();
  await transactions.begin(connection, options);
  try {
    const result = await run(session);
    signal?.throwIfAborted();
    session.end();
    if (session.doomed !== undefined) throw rolledBack(session.doomed);
    // A statement may have ended it.
    if (!connection.isInTransaction) throw rolledBack(undefined);
    await transactions.commit(connection);
    return result;
  } catch (error) {
    session.end();
    await transactions.rollBack(connection).catch((failure: unknown) => {
      connection.broken ??= failure as Error;
    });
    throw error;
  }
}
