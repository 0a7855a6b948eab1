import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities, Dialect } from "../dialect.ts";
import { duckdbDialect } from "../dialects/duckdb.ts";
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
import { streamWithDeadline, withDeadline } from "../shared/deadline.ts";
import { Lock } from "../shared/waiting/lock.ts";
import { assertFunction } from "../shared/given.ts";
import { checkLockOptions, checkQueryOptions, checkTransactionOptions } from "../shared/options.ts";
import { render } from "../shared/render.ts";
import { queryResult } from "../shared/result.ts";
import { retryingConflicts } from "../shared/transaction/retry.ts";
import { TransactionScope } from "../shared/transaction/scope.ts";
import { leftOpen, savepointOutside } from "../shared/transaction/errors.ts";
import { toPath } from "../shared/target.ts";
import type { Sql } from "../text.ts";
import type { Database, Host, Seat, SeatConnection, Statement } from "./seat.ts";
import { inTransaction } from "./session.ts";

/** Connections kept for the next statement. */
const MAX_IDLE = 4;

/**
 * DuckDB in the process. Readers have a connection each; writers wait for each other, as DuckDB would else refuse one
 * of two that touch the same rows.
 */
export class DuckDbEngine implements SqlEngine {
  readonly dialect: Dialect = duckdbDialect;
  readonly capabilities: Capabilities;
  private readonly host: Host;
  private readonly scope = new TransactionScope();
  private readonly writer = new Lock();
  private readonly seats = new Set<Seat>();
  private readonly idle: Seat[] = [];
  private opening: Promise<Database> | undefined;
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
        this.stream(rendered, { ...options, signal }),
      ),
    );
  }

  async execute(statement: Sql | string, options: QueryOptions = {}): Promise<number> {
    checkQueryOptions("execute()", options);
    const rendered = render(this.dialect, statement);
    return withDeadline(rendered.text, options, (signal) =>
      this.write("execute", signal, async ({ connection }, database) => {
        const changed = await connection.execute(rendered, signal);
        await assertNoStray(database, connection, rendered);
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
    return this.write("load", options.signal, (seat) =>
      inTransaction(seat, this.capabilities, { signal: options.signal }, (session) =>
        session.load(target, table, data, options),
      ),
    );
  }

  async transaction<R>(
    run: (session: SqlSession) => Promise<R>,
    options: TransactionOptions = {},
  ): Promise<R> {
    assertFunction("transaction()", run);
    checkTransactionOptions(options);
    if (options.isolation === "serializable") throw notSerializable();
    return withDeadline("transaction()", options, (signal) => {
      const work = (seat: Seat): Promise<R> =>
        this.scope.run(() => inTransaction(seat, this.capabilities, { ...options, signal }, run));
      return retryingConflicts(options.retries ?? 0, signal, () =>
        options.readOnly
          ? this.read("transaction", signal, work)
          : this.write("transaction", signal, work),
      );
    });
  }

  savepoint(): Promise<never> {
    return Promise.reject(savepointOutside());
  }

  async withLock<R>(name: string, run: () => Promise<R>, options: LockOptions = {}): Promise<R> {
    checkLockOptions(name, options);
    assertFunction("withLock()", run);
    this.scope.assertOutside("withLock()");
    const { locks } = await this.open();
    return locks.run(name, options, run);
  }

  table(name: string | readonly string[]): EngineTable {
    return { engine: this, path: toPath(name) };
  }

  async close(): Promise<void> {
    this.scope.assertOutside("close()");
    this.closed = true;
    await this.writer.run(async () => {
      const database = await this.opening?.catch(() => undefined);
      for (const { connection } of this.seats) await connection.close(database?.borrowed ?? false);
      this.seats.clear();
      this.opening = undefined;
      await database?.close();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async *stream(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
    const database = await this.open();
    if (database.borrowed) {
      // On its only connection the statement would be part of whatever transaction runs.
      this.scope.assertOutside("query()");
      await this.writer.run(() => Promise.resolve(), options.signal);
    }
    const seat = await this.take(database);
    try {
      yield* seat.connection.stream(statement, options);
      await assertNoStray(database, seat.connection, statement);
    } finally {
      await this.release(database, seat);
    }
  }

  /** Beside a writer, on a connection of its own where there may be several. */
  private async read<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (seat: Seat) => Promise<R>,
  ): Promise<R> {
    this.scope.assertOutside(`${call}()`);
    const database = await this.open();
    if (database.borrowed) return this.write(call, signal, work);
    signal?.throwIfAborted();
    return this.seated(database, work);
  }

  private async write<R>(
    call: string,
    signal: AbortSignal | undefined,
    work: (seat: Seat, database: Database) => Promise<R>,
  ): Promise<R> {
    this.scope.assertOutside(`${call}()`);
    const database = await this.open();
    const prepared = (seat: Seat): Promise<R> => {
      seat.prepare?.();
      return work(seat, database);
    };
    return this.writer.run(() => this.seated(database, prepared), signal);
  }

  private async seated<R>(database: Database, work: (seat: Seat) => Promise<R>): Promise<R> {
    const seat = await this.take(database);
    try {
      return await work(seat);
    } finally {
      await this.release(database, seat);
    }
  }

  /** A connection nobody uses; of the caller's only connection there is one seat, which all share. */
  private async take(database: Database): Promise<Seat> {
    this.assertOpen();
    const free = this.idle.pop();
    if (free !== undefined) return free;
    if (database.borrowed) for (const only of this.seats) return only;
    const seat = await database.connect();
    this.seats.add(seat);
    return seat;
  }

  private async release(database: Database, seat: Seat): Promise<void> {
    if (database.borrowed || this.closed) return;
    await seat.connection.rollBackStray();
    if (this.idle.length < MAX_IDLE) {
      this.idle.push(seat);
      return;
    }
    this.seats.delete(seat);
    await seat.connection.close(false);
  }

  private open(): Promise<Database> {
    this.assertOpen();
    this.opening ??= this.host.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private assertOpen(): void {
    if (this.closed) throw new SqlError("SQL_CLOSED", `The ${this.host.name} engine is closed.`);
  }
}

function notSerializable(): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    'DuckDB isolates transactions by snapshots, which is "repeatable read", not "serializable".',
    { hint: "Leave isolation out, and keep others away with withLock()." },
  );
}

/** @throws SqlError SQL_UNSUPPORTED; the only connection of a caller may be in a transaction of the caller. */
async function assertNoStray(
  { borrowed }: Database,
  connection: SeatConnection,
  { text }: Statement,
): Promise<void> {
  if (!borrowed && (await connection.rollBackStray())) throw leftOpen(text);
}
