import type { RecordBatch } from "apache-arrow";
import type { QueryOptions } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { Lock } from "../shared/waiting/lock.ts";
import { endedInside } from "../shared/transaction/errors.ts";
import { bindings } from "./bind.ts";
import type { Chunk, Driver, DuckDBConnection, DuckDBResult } from "./driver.ts";
import { toSqlError } from "./error.ts";
import { OpenResult } from "./open-result.ts";
import { BatchReader } from "./read/stream.ts";
import type { SeatConnection, Statement } from "./seat.ts";
import { type Ending, FAILED_INSIDE, hasFailed, watch } from "./watched-result.ts";

/** How often an aborted statement is interrupted again: an interrupt that comes before it has started is lost. */
const INTERRUPT_MS = 20;

/**
 * One connection of DuckDB. It runs one statement at a time; a result that is still being read when the next
 * statement comes is taken into memory first, because DuckDB would end it, silently.
 */
export class Connection implements SeatConnection {
  readonly driver: Driver;
  readonly raw: DuckDBConnection;
  /** The error of the first statement that has failed in the transaction that `begin` has opened. */
  failure: unknown;
  /** Whether a transaction is open that only `end` may end. */
  private guarding = false;
  /** Whether a statement of the caller may have left a transaction open. */
  private strayed = false;
  private readonly lock = new Lock();
  private open: OpenResult<Chunk> | undefined;
  private closed = false;

  constructor(driver: Driver, raw: DuckDBConnection) {
    this.driver = driver;
    this.raw = raw;
  }

  /** Runs a statement, or several without parameters, and says how many rows changed. */
  execute(statement: Statement, signal?: AbortSignal): Promise<number> {
    return this.exclusive(statement.text, signal, async () => {
      let changed = 0;
      for await (const prepared of this.prepared(statement)) {
        signal?.throwIfAborted();
        changed += changedRows(this.driver, await prepared.run());
      }
      return changed;
    });
  }

  /** The rows of a statement as batches; one without rows where there are none, for the schema. */
  async *stream(statement: Statement, options: QueryOptions = {}): AsyncGenerator<RecordBatch> {
    const { signal, batchRows = 65_536 } = options;
    const started = await this.start(statement, signal);
    if (started === undefined) return;
    const { result, open } = started;
    try {
      const reader = new BatchReader(this.driver, result, batchRows);
      let batches = 0;
      for (;;) {
        const chunk = await this.next(open, statement.text, signal);
        if (chunk === undefined) break;
        for (const batch of reader.add(chunk)) {
          batches++;
          yield batch;
        }
      }
      const last = reader.end() ?? (batches === 0 ? reader.empty() : undefined);
      if (last) yield last;
    } finally {
      await this.lock.run(() => this.abandon(open));
    }
  }

  /** Opens a transaction that no statement can end. */
  async begin(signal: AbortSignal | undefined, readOnly: boolean): Promise<void> {
    const text = `BEGIN TRANSACTION${readOnly ? " READ ONLY" : ""}`;
    await this.execute({ text, parameters: [] }, signal);
    this.failure = undefined;
    this.guarding = true;
    this.strayed = false;
  }

  /** Ends the transaction that `begin` has opened. */
  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    this.guarding = false;
    // A transaction that has failed is rolled back by COMMIT, without a word.
    const isLost = how === "COMMIT" && (await this.lock.run(() => hasFailed(this.raw)));
    await this.execute({ text: isLost ? "ROLLBACK" : how, parameters: [] });
    this.strayed = false;
    if (isLost) throw toSqlError(new Error(FAILED_INSIDE), how);
  }

  /** Rolls back a transaction that a statement has begun by itself, and says whether there was one. */
  async rollBackStray(): Promise<boolean> {
    if (!this.strayed) return false;
    this.strayed = false;
    return this.lock.run(() =>
      this.raw.run("ROLLBACK").then(
        () => true,
        () => false, // none is open
      ),
    );
  }

  /** Ends what is open and gives the connection back to DuckDB; not the connection itself where it was `borrowed`. */
  close(borrowed: boolean): Promise<void> {
    return this.lock.run(async () => {
      if (this.closed) return;
      this.closed = true;
      if (this.open) await this.abandon(this.open);
      if (!borrowed) this.raw.closeSync();
    });
  }

  /** Runs work while no other statement runs on the connection. */
  exclusive<R>(text: string, signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> {
    return this.lock.run(async () => {
      signal?.throwIfAborted();
      this.assertOpen();
      await this.open?.detach();
      this.open = undefined;
      return this.guarded(text, signal, work);
    });
  }

  private start(
    statement: Statement,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: DuckDBResult; readonly open: OpenResult<Chunk> } | undefined> {
    return this.exclusive(statement.text, signal, async () => {
      let result: DuckDBResult | undefined;
      let end: Ending | undefined;
      for await (const prepared of this.prepared(statement)) {
        if (!prepared.isLast || !prepared.isSelect) {
          result = await prepared.run();
          continue;
        }
        end = await watch(this.driver.api, this.raw, statement, {
          isInside: this.guarding,
          isOnly: prepared.isOnly,
        });
        result = await prepared.stream().catch(async (error: unknown) => {
          await end!.leave();
          throw error;
        });
      }
      if (result === undefined) return undefined;
      const open = new OpenResult(
        async () => {
          const chunk = await nextChunk(result);
          if (chunk === undefined) await end?.check();
          return chunk;
        },
        () => end?.leave(),
      );
      this.open = open;
      return { result, open };
    });
  }

  private next(
    open: OpenResult<Chunk>,
    text: string,
    signal: AbortSignal | undefined,
  ): Promise<Chunk | undefined> {
    signal?.throwIfAborted();
    return this.lock.run(() => {
      this.assertOpen();
      return this.guarded(text, signal, () => open.next());
    });
  }

  private assertOpen(): void {
    if (this.closed) throw new SqlError("SQL_CLOSED", "The connection to DuckDB is closed.");
  }

  private async guarded<R>(
    text: string,
    signal: AbortSignal | undefined,
    work: () => Promise<R>,
  ): Promise<R> {
    let timer: ReturnType<typeof setInterval> | undefined;
    const interrupt = (): void => {
      this.raw.interrupt();
      timer = setInterval(() => this.raw.interrupt(), INTERRUPT_MS);
    };
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      const failure = toSqlError(error, text, signal);
      this.failure ??= failure;
      throw failure;
    } finally {
      signal?.removeEventListener("abort", interrupt);
      clearInterval(timer);
    }
  }

  /** The statements of the text one after the other, parameters bound. */
  private async *prepared({ text, parameters }: Statement): AsyncGenerator<PreparedStatement> {
    const statements = await this.raw.extractStatements(text).catch((error: unknown) => {
      // What DuckDB answers to text that is blank, or only comments: no statement, and no error message.
      if (error instanceof Error && error.message === "Error in native callback") return undefined;
      throw error;
    });
    if (statements === undefined) return;
    if (statements.count > 1 && parameters.length > 0) {
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `${statements.count} statements cannot share parameters.`,
        {
          hint: "Run them one by one.",
          details: { sql: text },
        },
      );
    }
    for (let k = 0; k < statements.count; k++) {
      const prepared = await statements.prepare(k);
      try {
        if (prepared.statementType === this.driver.api.StatementType.TRANSACTION) {
          if (this.guarding) throw endedInside(text);
          this.strayed = true;
        }
        if (parameters.length > 0) {
          const { values, types } = bindings(this.driver.api, parameters);
          prepared.bind(values, types);
        }
        yield {
          isLast: k === statements.count - 1,
          isOnly: statements.count === 1,
          isSelect: prepared.statementType === this.driver.api.StatementType.SELECT,
          run: () => prepared.run(),
          stream: () => prepared.stream(),
        };
      } finally {
        prepared.destroySync();
      }
    }
  }

  /** Ends a result that is not read to its end: DuckDB does so when the next statement comes. */
  private async abandon(open: OpenResult<Chunk>): Promise<void> {
    if (this.open === open) this.open = undefined;
    if (open.isOver) return;
    await open.leave();
  }
}

interface PreparedStatement {
  readonly isLast: boolean;
  /** Whether it is the whole text. */
  readonly isOnly: boolean;
  readonly isSelect: boolean;
  run(): Promise<DuckDBResult>;
  stream(): Promise<DuckDBResult>;
}

async function nextChunk(result: DuckDBResult): Promise<Chunk | undefined> {
  const chunk = await result.fetchChunk();
  return chunk !== null && chunk.rowCount > 0 ? chunk : undefined;
}

/** DuckDB counts the rows of a statement unless it has RETURNING; it then gives the rows themselves. */
function changedRows({ api }: Driver, result: DuckDBResult): number {
  if (result.returnType === api.ResultReturnType.CHANGED_ROWS) return result.rowsChanged;
  const { statementType } = result;
  const T = api.StatementType;
  const returning = [T.INSERT, T.UPDATE, T.DELETE, T.MERGE_INTO].includes(statementType);
  return returning ? Number((result as DuckDBResult & { readonly rowCount: number }).rowCount) : 0;
}
