import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { postgresCapabilities, postgresDialect } from "../dialects/postgres.ts";
import type { LoadResult, QueryOptions, QueryResult, SqlSession } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { checkQueryOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { endedInside } from "../shared/stray-transaction.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Connection } from "./connection.ts";
import { load } from "./load.ts";
import { changedRows } from "./tags.ts";

/** The inside of a transaction. */
export class TransactionSession implements SqlSession {
  readonly dialect: Dialect = postgresDialect;
  readonly capabilities: Capabilities = postgresCapabilities;
  /** Why the transaction must not be committed, whatever the function that runs in it returns. */
  doomed: unknown;
  private readonly connection: Connection;
  private over = false;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, () => {
      this.assertRunning();
      return this.connection.stream(rendered, options, true);
    });
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    this.assertRunning();
    const rendered = render(this.dialect, statement);
    const { tags } = await this.connection.execute(rendered, options.signal);
    if (!this.connection.isInTransaction) throw endedInside(rendered.text);
    return changedRows(tags);
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    this.assertRunning();
    try {
      return await load(this.connection, toPath(target), table, data as RowsOrBatches, options);
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
  }

  end(): void {
    this.over = true;
  }

  private assertRunning(): void {
    if (!this.over && this.connection.isInTransaction) return;
    throw new SqlError("SQL_CLOSED", "The transaction of this session has ended.", {
      hint: "Await everything inside the function given to transaction().",
    });
  }
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
  signal: AbortSignal | undefined,
  run: (session: TransactionSession) => Promise<R>,
): Promise<R> {
  const session = new TransactionSession(connection);
  const text = (text: string): Promise<string | undefined> =>
    connection.execute({ text, parameters: [] }).then(({ tags }) => tags[0]);
  signal?.throwIfAborted();
  await text("BEGIN");
  try {
    const result = await run(session);
    signal?.throwIfAborted();
    session.end();
    if (session.doomed !== undefined) throw rolledBack(session.doomed);
    // A statement may have ended it; and the server answers COMMIT of a transaction in which a statement has failed with a tag, not with an error.
    if (!connection.isInTransaction || (await text("COMMIT")) !== "COMMIT")
      throw rolledBack(undefined);
    return result;
  } catch (error) {
    session.end();
    await text("ROLLBACK").catch((failure: unknown) => {
      connection.broken ??= failure as Error;
    });
    throw error;
  }
}

function rolledBack(cause: unknown): SqlError {
  return new SqlError(
    "SQL_QUERY_FAILED",
    "The transaction was rolled back: something in it had failed.",
    {
      hint: "Let the error of a statement or load leave the function given to transaction().",
      cause,
    },
  );
}
