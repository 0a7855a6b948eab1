import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { Capabilities, Dialect } from "../dialect.ts";
import { duckdbDialect } from "../dialects/duckdb.ts";
import type {
  LoadResult,
  QueryOptions,
  QueryResult,
  SqlSession,
  TransactionOptions,
} from "../engine.ts";
import { anySignal, streamWithDeadline, withDeadline } from "../shared/deadline.ts";
import { noSavepoints, rolledBack, sessionEnded } from "../shared/transaction/errors.ts";
import { checkQueryOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { assertDefinition } from "../shared/given.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Seat, SeatConnection } from "./seat.ts";

/** The inside of a transaction. */
export class TransactionSession implements SqlSession {
  readonly dialect: Dialect = duckdbDialect;
  readonly capabilities: Capabilities;
  /** Why the transaction must not be committed, whatever the function that runs in it returns. */
  doomed: unknown;
  private readonly seat: Seat;
  /** Of the whole transaction. */
  private readonly signal: AbortSignal | undefined;
  private over = false;

  constructor(seat: Seat, capabilities: Capabilities, signal: AbortSignal | undefined) {
    this.seat = seat;
    this.capabilities = capabilities;
    this.signal = signal;
  }

  query(statement: Sql | string, options: QueryOptions = {}): QueryResult {
    checkQueryOptions("query()", options);
    const rendered = render(this.dialect, statement);
    return queryResult(rendered.text, () => {
      this.assertRunning();
      return streamWithDeadline(rendered.text, this.within(options), (signal) =>
        this.seat.connection.stream(rendered, { ...options, signal }),
      );
    });
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    this.assertRunning();
    const rendered = render(this.dialect, statement);
    return withDeadline(rendered.text, this.within(options), (signal) =>
      this.seat.connection.execute(rendered, signal),
    );
  }

  async load<T extends Table>(
    target: string | readonly string[],
    table: T,
    data: RowsOrBatches<T>,
    options: JobOptions = {},
  ): Promise<LoadResult> {
    this.assertRunning();
    try {
      const within = this.within(options);
      const path = toPath(target);
      assertDefinition("load()", table);
      return await this.seat.load(path, table, data as RowsOrBatches, within);
    } catch (error) {
      this.doomed ??= error;
      throw error;
    }
  }

  savepoint(): Promise<never> {
    return Promise.reject(noSavepoints("DuckDB"));
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
    if (!this.over) return;
    throw sessionEnded();
  }
}

/** Runs work in a transaction of the connection. */
export async function inTransaction<R>(
  seat: Seat,
  capabilities: Capabilities,
  { signal, readOnly }: TransactionOptions,
  run: (session: TransactionSession) => Promise<R>,
): Promise<R> {
  const { connection } = seat;
  const session = new TransactionSession(seat, capabilities, signal);
  await connection.begin(signal, readOnly ?? false);
  try {
    const result = await run(session);
    signal?.throwIfAborted();
    session.end();
    assertSound(connection, session);
    await connection.end("COMMIT");
    return result;
  } catch (error) {
    session.end();
    // After a failed COMMIT there is no transaction left to roll back.
    await connection.end("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** DuckDB would commit what came before a statement it did not understand, and answers COMMIT of a transaction it has aborted with success. */
function assertSound(connection: SeatConnection, session: TransactionSession): void {
  const cause = session.doomed ?? connection.failure;
  if (cause !== undefined) throw rolledBack(cause);
}
