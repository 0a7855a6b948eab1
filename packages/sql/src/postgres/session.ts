import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { postgresDialect } from "../dialects/postgres.ts";
import type {
  LoadResult,
  QueryOptions,
  QueryResult,
  SqlSession,
  TransactionOptions,
} from "../engine.ts";
import { anySignal, streamWithDeadline, withDeadline } from "../shared/deadline.ts";
import { checkQueryOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { endedInside, rolledBack, sessionEnded } from "../shared/transaction/errors.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import { load } from "./load.ts";
import { changedRows } from "./tags.ts";

/** The inside of a transaction, or of a savepoint in it. */
export class TransactionSession implements SqlSession {
  readonly dialect: Dialect = postgresDialect;
  readonly capabilities: Capabilities;
  /** Why the transaction must not be committed, whatever the function that runs in it returns. */
  doomed: unknown;
  private readonly connection: Connection;
  /** Of the whole transaction. */
  private readonly signal: AbortSignal | undefined;
  private over = false;

  constructor(connection: Connection, signal: AbortSignal | undefined) {
    this.connection = connection;
    this.capabilities = connection.host.capabilities;
    this.signal = signal;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, (whole) => {
      this.assertRunning();
      return streamWithDeadline(rendered.text, this.within(options), (signal) =>
        whole
          ? this.connection.collect(rendered, { ...options, signal })
          : this.connection.stream(rendered, { ...options, signal }, true),
      );
    });
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    this.assertRunning();
    const rendered = render(this.dialect, statement);
    return withDeadline(rendered.text, this.within(options), async (signal) => {
      const { tags } = await this.connection.execute(rendered, signal);
      if (!this.connection.isInTransaction) throw endedInside(rendered.text);
      return changedRows(tags);
    });
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    this.assertRunning();
    const within = this.within(options);
    try {
      return await load(this.connection, toPath(target), table, data as RowsOrBatches, within);
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
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
      // After one of a statement that has failed and was swallowed, the server takes nothing else.
      await text(this.connection, `ROLLBACK TO SAVEPOINT ${name}`, undefined).catch(
        (failure: unknown) => {
          this.doomed ??= failure;
        },
      );
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

  private assertRunning(): void {
    if (!this.over && this.connection.isInTransaction) return;
    throw sessionEnded();
  }
}

async function text(
  connection: Connection,
  text: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { tags } = await connection.execute({ text, parameters: [] }, signal);
  return tags[0];
}

/** Rolls back a transaction that a statement has begun by itself, and says whether there was one. */
export async function rollBackStray(connection: Connection): Promise<boolean> {
  if (!connection.isInTransaction || connection.broken !== undefined) return false;
  await connection.execute({ text: "ROLLBACK", parameters: [] }).catch((failure: unknown) => {
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
  const { signal } = options;
  const session = new TransactionSession(connection, signal);
  signal?.throwIfAborted();
  await text(connection, beginText(options), undefined);
  try {
    const result = await run(session);
    signal?.throwIfAborted();
    session.end();
    if (session.doomed !== undefined) throw rolledBack(session.doomed);
    // A statement may have ended it; and the server answers COMMIT of a transaction in which a statement has failed with a tag, not with an error.
    if (!connection.isInTransaction || (await text(connection, "COMMIT", undefined)) !== "COMMIT") {
      throw rolledBack(undefined);
    }
    return result;
  } catch (error) {
    session.end();
    await text(connection, "ROLLBACK", undefined).catch((failure: unknown) => {
      connection.broken ??= failure as Error;
    });
    throw error;
  }
}

function beginText({ isolation, readOnly }: TransactionOptions): string {
  const level = isolation === undefined ? "" : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  return `BEGIN${level}${readOnly ? " READ ONLY" : ""}`;
}
