import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { LoadResult, QueryOptions } from "../engine.ts";
import { connectionReturned } from "../shared/transaction/errors.ts";
import type { ServerConnection, Statement } from "../shared/server/connection.ts";
import { Lock } from "../shared/waiting/lock.ts";
import { bindings, type BoundParameters } from "./bind.ts";
import { killQuery } from "./cancel.ts";
import type { Client } from "./driver.ts";
import { endsTransaction, toSqlError } from "./error.ts";
import { load } from "./load.ts";
import { BatchQueue } from "./read/batch-queue.ts";
import { prepare, runPrepared, runText } from "./requests.ts";
import { type Exchange, inTransaction, type Ok } from "./wire/exchange.ts";
import { CURSOR_EXISTS, LAST_ROW_SENT } from "./wire/packets.ts";
import { FetchRows, ReadRows } from "./wire/rows.ts";
import { ServerError } from "./wire/server-error.ts";
import {
  CloseStatement,
  executePacket,
  type Prepared,
  queryPacket,
  RunStatements,
} from "./wire/statements.ts";

/** Rows asked for at a time of a result that the server keeps. */
const FETCH_ROWS = 4096;
/** How long a statement that was cancelled may take to stop, before its connection is given up. */
const STOP_MS = 5000;

/** A connection of a pool while somebody has it. It runs one request at a time. */
export class Connection implements ServerConnection {
  readonly client: Client;
  /** Why the connection is of no more use. */
  broken: Error | undefined;
  /** Whether it was given back, and may be somebody else's. */
  released = false;
  private readonly lock = new Lock();
  private running: { onResult(error: Error): void } | undefined;
  private savepoints = 0;

  constructor(client: Client) {
    this.client = client;
  }

  /** Whether a transaction is open, as the server said last. */
  get isInTransaction(): boolean {
    return inTransaction.get(this.client) ?? false;
  }

  /** A name no other savepoint of the connection has. */
  savepointName(): string {
    return `lakewright_${++this.savepoints}`;
  }

  /** Runs a statement, or several without parameters. */
  execute({ text, parameters }: Statement, signal?: AbortSignal): Promise<readonly Ok[]> {
    return this.exclusive(text, signal, () =>
      parameters.length > 0 ? runPrepared(this, text, bindings(parameters)) : runText(this, text),
    );
  }

  async change(statement: Statement, signal?: AbortSignal): Promise<number> {
    const results = await this.execute(statement, signal);
    return results.reduce((sum, { affected }) => sum + affected, 0);
  }

  load(
    path: readonly string[],
    table: Table,
    data: RowsOrBatches,
    options: JobOptions,
  ): Promise<LoadResult> {
    return load(this, path, table, data, options);
  }

  /**
   * The rows of a statement as batches; one without rows where there are none, for the schema. The server, or the
   * socket, keeps what is not yet read.
   *
   * @param shared - inside a transaction: other statements may run between two batches
   */
  async *stream(
    statement: Statement,
    options: QueryOptions,
    shared: boolean,
  ): AsyncGenerator<RecordBatch> {
    const { text } = statement;
    const { signal, batchRows = 65_536 } = options;
    const bound = bindings(statement.parameters);
    const prepared = await this.exclusive(text, signal, () => prepare(this, text, bound));
    if (prepared === undefined) return;
    try {
      yield* shared
        ? this.fetch(text, prepared, bound, signal, batchRows)
        : this.receive(text, prepared, bound, signal, batchRows);
    } finally {
      if (!this.released && this.broken === undefined) {
        await this.lock.run(() => this.run(new CloseStatement(prepared.id)));
      }
    }
  }

  /** All rows of a statement; the server keeps what is not yet here. */
  collect(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
    return this.stream(statement, options, true);
  }

  /** Runs work while no other request runs on the connection; an abort cancels it on the server. */
  exclusive<R>(text: string, signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> {
    return this.lock.run(async () => {
      signal?.throwIfAborted();
      this.assertOurs(text);
      let cancelled: Promise<void> | undefined;
      const cancel = (): void => {
        cancelled = this.cancel();
      };
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        return await work();
      } catch (error) {
        if (endsTransaction(error)) inTransaction.set(this.client, false);
        throw toSqlError(error, text, signal);
      } finally {
        signal?.removeEventListener("abort", cancel);
        await cancelled;
        if (cancelled !== undefined) await this.absorbKill();
      }
    });
  }

  /** One request; whoever calls has the connection to itself. */
  async run<R>(exchange: Exchange<R>): Promise<R> {
    if (this.broken !== undefined) throw this.broken;
    this.running = exchange;
    try {
      return await exchange.run(this.client);
    } finally {
      this.running = undefined;
    }
  }

  /** Gives the connection up: what runs on it fails. */
  abandon(error: Error): void {
    this.broken ??= error;
    this.running?.onResult(error);
  }

  /** Rows as the server sends them, which waits while nobody reads. */
  private async *receive(
    text: string,
    prepared: Prepared,
    bound: BoundParameters,
    signal: AbortSignal | undefined,
    batchRows: number,
  ): AsyncGenerator<RecordBatch> {
    signal?.throwIfAborted();
    this.assertOurs(text);
    const queue = new BatchQueue(batchRows, true);
    const rows = new ReadRows((client) => executePacket(client, prepared, bound), queue);
    const over = this.run(rows);
    over.catch(() => {});
    let isOver = false;
    const end = (): void => void (isOver = true);
    over.then(end, end);
    let stopping: Promise<void> | undefined;
    const stop = (): void => {
      queue.discard();
      this.client.resume();
      stopping ??= this.cancel();
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for (let batches = 0; ;) {
        signal?.throwIfAborted();
        const batch = queue.take();
        if (batch !== undefined) {
          batches++;
          yield batch;
          continue;
        }
        if (isOver) {
          await over;
          const last = queue.last(batches === 0);
          if (last !== undefined) yield last;
          return;
        }
        this.client.resume();
        await queue.changed(over);
      }
    } catch (error) {
      throw toSqlError(error, text, signal);
    } finally {
      signal?.removeEventListener("abort", stop);
      if (!isOver && this.broken === undefined) stop();
      await stopping;
      if (!isOver) await this.untilStopped(over);
      if (stopping !== undefined) await this.absorbKill();
    }
  }

  /** Rows the server keeps, fetched piece by piece: other statements can run in between. */
  private async *fetch(
    text: string,
    prepared: Prepared,
    bound: BoundParameters,
    signal: AbortSignal | undefined,
    batchRows: number,
  ): AsyncGenerator<RecordBatch> {
    const queue = new BatchQueue(batchRows, false);
    let isLast = false;
    let batches = 0;
    for (let first = true; !isLast; first = false) {
      const exchange = first
        ? new ReadRows((client) => executePacket(client, prepared, bound, 1), queue)
        : new FetchRows(prepared.id, Math.min(FETCH_ROWS, batchRows), queue);
      const status = await this.exclusive(text, signal, () => this.run(exchange));
      // A function that waits ends early where it is cancelled, and gives another value.
      signal?.throwIfAborted();
      // What the server does not keep has come whole.
      isLast = first ? (status & CURSOR_EXISTS) === 0 : (status & LAST_ROW_SENT) !== 0;
      for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
        batches++;
        yield batch;
      }
    }
    const last = queue.last(batches === 0);
    if (last !== undefined) yield last;
  }

  private assertOurs(text: string): void {
    if (this.released) throw connectionReturned(text);
  }

  private async cancel(): Promise<void> {
    try {
      await killQuery(this.client);
    } catch (error) {
      this.abandon(error as Error);
    }
  }

  /** A statement that was over already when it was cancelled: the next one would be. */
  private async absorbKill(): Promise<void> {
    if (this.broken !== undefined) return;
    await this.run(new RunStatements((client) => queryPacket(client, "DO 0"))).catch(
      (error: unknown) => {
        if (!(error instanceof ServerError)) this.broken ??= error as Error;
      },
    );
  }

  private async untilStopped(over: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.abandon(new Error("The statement did not stop when it was cancelled."));
        resolve();
      }, STOP_MS);
    });
    await Promise.race([over.catch(() => {}), late]);
    clearTimeout(timer);
  }
}
