import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { mysqlCapabilities, mysqlDialect } from "../dialects/mysql.ts";
import type {
  LoadResult,
  QueryOptions,
  QueryResult,
  SqlSession,
  TransactionOptions,
} from "../engine.ts";
import { SqlError } from "../errors.ts";
import { anySignal, streamWithDeadline, withDeadline } from "../shared/deadline.ts";
import { checkQueryOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { endedInside, rolledBack, sessionEnded } from "../shared/transaction/errors.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Connection, Statement } from "./connection.ts";
import { load } from "./load.ts";
import { transactionEndOf } from "./statement-text.ts";

/** The inside of a transaction, or of a savepoint in it. */
export class TransactionSession implements SqlSession {
  readonly dialect: Dialect = mysqlDialect;
  readonly capabilities: Capabilities = mysqlCapabilities;
  /**
   * Why the transaction must not be committed, whatever the function that runs in it returns: MySQL itself would go on
   * after a statement that has failed.
   */
  doomed: unknown;
  private readonly connection: Connection;
  /** Of the whole transaction. */
  private readonly signal: AbortSignal | undefined;
  private over = false;

  constructor(connection: Connection, signal: AbortSignal | undefined) {
    this.connection = connection;
    this.signal = signal;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, () => {
      this.assertRunning();
      const within = this.within(options);
      return this.dooming(
        streamWithDeadline(rendered.text, within, (signal) => {
          this.assertStays(rendered.text);
          return this.connection.stream(rendered, { ...within, signal }, true);
        }),
      );
    });
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    this.assertRunning();
    const rendered = render(this.dialect, statement);
    return this.doomedBy(() =>
      withDeadline(rendered.text, this.within(options), async (signal) => {
        this.assertStays(rendered.text);
        const results = await this.connection.execute(rendered, signal);
        if (!this.connection.isInTransaction) throw endedInside(rendered.text);
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
    this.assertRunning();
    const within = this.within(options);
    return this.doomedBy(() =>
      load(this.connection, toPath(target), table, data as RowsOrBatches, within),
    );
  }

  async savepoint<R>(run: (session: SqlSession) => Promise<R>): Promise<R> {
    this.assertRunning();
    const inner = new TransactionSession(this.connection, this.signal);
    const name = this.connection.savepointName();
    await text(this.connection, `SAVEPOINT ${name}`, this.signal);
    try {
      const result = await run(inner);
      inner.end();
      if (inner.doomed !== undefined) throw rolledBack(inner.doomed);
      await text(this.connection, `RELEASE SAVEPOINT ${name}`, undefined);
      return result;
    } catch (error) {
      inner.end();
      // After a deadlock there is neither savepoint nor transaction.
      await text(this.connection, `ROLLBACK TO SAVEPOINT ${name}`, undefined).catch(() => {
        this.doomed ??= error;
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

  private async doomedBy<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
  }

  private async *dooming<B>(stream: AsyncGenerator<B>): AsyncGenerator<B> {
    try {
      yield* stream;
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
  }

  /** @throws SqlError SQL_UNSUPPORTED for what would commit what the transaction has done so far. */
  private assertStays(text: string): void {
    const words = transactionEndOf(text);
    if (words === undefined) return;
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `${words} inside transaction() would end the transaction: MySQL commits what it has done so far.`,
      {
        hint: "Run it before or after (capabilities.transactionalDdl); temporary tables are no trouble.",
        details: { sql: text },
      },
    );
  }

  private assertRunning(): void {
    if (this.doomed !== undefined) {
      throw new SqlError("SQL_QUERY_FAILED", "An earlier statement of the transaction failed.", {
        hint: "Let the transaction end and run it again, or try what may fail in a savepoint().",
        cause: this.doomed,
      });
    }
    if (!this.over && this.connection.isInTransaction) return;
    throw sessionEnded();
  }
}

async function text(
  connection: Connection,
  text: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await connection.execute({ text, parameters: [] } satisfies Statement, signal);
}

/** Rolls back a transaction that a statement has begun by itself, and says whether there was one. */
export async function rollBackStray(connection: Connection): Promise<boolean> {
  if (!connection.isInTransaction || connection.broken !== undefined) return false;
  await text(connection, "ROLLBACK", undefined).catch((failure: unknown) => {
    connection.broken ??= failure as Error;
  });
  return true;
}

/** Runs work in a transaction of the connection. */
export async function inTransaction<R>(
  connection: Connection,
  options: TransactionOptions,
  run: (session: TransactionSession) => Promise<R>,
): Promise<R> {
  const { signal, isolation, readOnly } = options;
  const session = new TransactionSession(connection, signal);
  signal?.throwIfAborted();
  if (isolation !== undefined) {
    await text(connection, `SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`, undefined);
  }
  await text(connection, `START TRANSACTION${readOnly ? " READ ONLY" : ""}`, undefined);
  try {
    const result = await run(session);
    signal?.throwIfAborted();
    session.end();
    if (session.doomed !== undefined) throw rolledBack(session.doomed);
    if (!connection.isInTransaction) throw rolledBack(undefined);
    await text(connection, "COMMIT", undefined);
    return result;
  } catch (error) {
    session.end();
    try {
      await text(connection, "ROLLBACK", undefined);
      // A session that let them be did not come to the statement that puts them on, and the pool gives it to others.
      await text(connection, "SET foreign_key_checks = 1, unique_checks = 1", undefined);
    } catch (failure) {
      connection.broken ??= failure as Error;
    }
    throw error;
  }
}
