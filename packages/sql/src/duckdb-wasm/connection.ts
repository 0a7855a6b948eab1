import { ipcBatches } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { toSqlError } from "../duckdb/error.ts";
import { OpenResult } from "../duckdb/open-result.ts";
import type { SeatConnection, Statement } from "../duckdb/seat.ts";
import type { QueryOptions } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { Lock } from "../shared/waiting/lock.ts";
import { endedInside } from "../shared/transaction/errors.ts";
import type { Bindings, WasmConnection } from "./driver.ts";
import { assertColumns, assertExact } from "./exact.ts";
import { emptyBatch, hasDictionaries, joined, schemaOf } from "./ipc.ts";
import { withLiterals } from "./literal.ts";
import {
  CHANGING_VERBS,
  type SingleStatement,
  statementsOf,
  TRANSACTION_VERBS,
} from "./statements.ts";

/** How long statements run before timers and signals are seen to, where DuckDB runs on the thread that calls it. */
const TURN_MS = 10;

/**
 * One connection of duckdb-wasm. It runs one statement at a time; a result that is still being read when the next
 * statement comes is taken into memory first, because DuckDB would end it.
 */
export class Connection implements SeatConnection {
  failure: unknown;
  private readonly raw: WasmConnection;
  private readonly bindings: Bindings;
  private readonly number: number;
  private readonly lock = new Lock();
  private open: OpenResult<Uint8Array> | undefined;
  private guarding = false;
  private strayed = false;
  private closed = false;

  constructor(raw: WasmConnection) {
    this.raw = raw;
    [this.bindings, this.number] = raw.useUnsafe((bindings, number): [Bindings, number] => [
      bindings,
      number,
    ]);
  }

  execute(statement: Statement, signal?: AbortSignal): Promise<number> {
    return this.exclusive(statement.text, signal, async () => {
      let changed = 0;
      for (const single of await this.statements(statement)) {
        signal?.throwIfAborted();
        const header = await this.run(single, false, signal);
        changed += await this.changedRows(single, header);
      }
      return changed;
    });
  }

  async *stream(statement: Statement, options: QueryOptions = {}): AsyncGenerator<RecordBatch> {
    const { signal, batchRows = 65_536 } = options;
    const started = await this.start(statement, signal);
    if (started === undefined) return;
    const { header, open } = started;
    try {
      const schema = schemaOf(header);
      const coded = hasDictionaries(schema);
      assertColumns(schema);
      let batches = 0;
      for (;;) {
        signal?.throwIfAborted();
        const bytes = await this.lock.run(() =>
          this.guarded(statement.text, signal, () => open.next()),
        );
        if (bytes === undefined) break;
        for (const batch of ipcBatches(coded ? bytes : joined(header, bytes))) {
          assertExact(batch);
          for (let from = 0; from < batch.numRows; from += batchRows) {
            batches++;
            yield batch.numRows <= batchRows ? batch : batch.slice(from, from + batchRows);
          }
        }
      }
      if (batches === 0) yield emptyBatch(header);
    } finally {
      await this.lock.run(() => this.abandon(open));
    }
  }

  async begin(signal: AbortSignal | undefined, readOnly: boolean): Promise<void> {
    const text = `BEGIN TRANSACTION${readOnly ? " READ ONLY" : ""}`;
    await this.execute({ text, parameters: [] }, signal);
    this.failure = undefined;
    this.guarding = true;
    this.strayed = false;
  }

  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    this.guarding = false;
    await this.execute({ text: how, parameters: [] });
    this.strayed = false;
  }

  async rollBackStray(): Promise<boolean> {
    if (!this.strayed) return false;
    this.strayed = false;
    return this.lock.run(async () => {
      try {
        await this.bindings.runQuery(this.number, "ROLLBACK");
        return true;
      } catch {
        return false; // none is open
      }
    });
  }

  close(borrowed: boolean): Promise<void> {
    return this.lock.run(async () => {
      if (this.closed) return;
      this.closed = true;
      if (this.open) await this.abandon(this.open);
      if (!borrowed) await this.raw.close();
    });
  }

  /** Makes a table of Arrow batches, or adds them to it. */
  insert(name: string, bytes: Uint8Array, create: boolean): Promise<void> {
    return this.exclusive(`CREATE TABLE ${name}`, undefined, async () => {
      await this.bindings.insertArrowFromIPCStream(this.number, bytes, { name, create });
    });
  }

  private exclusive<R>(
    text: string,
    signal: AbortSignal | undefined,
    work: () => Promise<R>,
  ): Promise<R> {
    return this.lock.run(async () => {
      signal?.throwIfAborted();
      if (this.closed) throw new SqlError("SQL_CLOSED", "The connection to DuckDB is closed.");
      await this.open?.detach();
      this.open = undefined;
      return this.guarded(text, signal, work);
    });
  }

  private start(
    statement: Statement,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly header: Uint8Array; readonly open: OpenResult<Uint8Array> } | undefined> {
    return this.exclusive(statement.text, signal, async () => {
      const statements = await this.statements(statement);
      const last = statements.pop();
      if (last === undefined) return undefined;
      for (const single of statements) {
        await this.changedRows(single, await this.run(single, false, signal));
      }
      const header = await this.run(last, true, signal);
      const whole = hasDictionaries(schemaOf(header)) ? [await this.whole(last)] : undefined;
      const open = new OpenResult(
        () => (whole === undefined ? this.fetch() : Promise.resolve(whole.pop())),
        () => this.leave(),
      );
      this.open = open;
      return { header, open };
    });
  }

  private async statements(statement: Statement): Promise<SingleStatement[]> {
    const statements = await statementsOf(this.bindings, withLiterals(statement));
    if (statements.length > 1 && statement.parameters.length > 0) {
      throw new SqlError(
        "SQL_UNSUPPORTED",
        `${statements.length} statements cannot share parameters.`,
        { hint: "Run them one by one.", details: { sql: statement.text } },
      );
    }
    return statements;
  }

  /** Runs a statement until its result begins, and gives the schema of that. */
  private async run(
    { text, verb }: SingleStatement,
    streamed: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    if (TRANSACTION_VERBS.includes(verb)) {
      if (this.guarding) throw endedInside(text);
      this.strayed = true;
    }
    let header = await this.bindings.startPendingQuery(this.number, text, streamed);
    let turn = performance.now();
    while (header === null) {
      if (performance.now() - turn > TURN_MS) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turn = performance.now();
      }
      if (signal?.aborted) {
        await this.bindings.cancelPendingQuery(this.number);
        throw signal.reason;
      }
      header = await this.bindings.pollPendingQuery(this.number);
    }
    return header;
  }

  /** The result of a query again, in one piece; what only reads can be run twice. */
  private async whole({ text, verb }: SingleStatement): Promise<Uint8Array> {
    if (!["SELECT", "FROM", "WITH", "VALUES", "TABLE"].includes(verb)) {
      throw new SqlError("SQL_UNSUPPORTED", "duckdb-wasm gives no ENUM out of such a statement.", {
        hint: "Cast the column to VARCHAR.",
        details: { sql: text },
      });
    }
    await this.bindings.runQuery(this.number, "SELECT 1");
    return this.bindings.runQuery(this.number, text);
  }

  private async fetch(): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = await this.bindings.fetchQueryResults(this.number);
      if (bytes !== null) return bytes.length > 0 ? bytes : undefined;
      // It is not there yet.
    }
  }

  private async changedRows({ verb }: SingleStatement, header: Uint8Array): Promise<number> {
    const counts = CHANGING_VERBS.includes(verb) && isCount(header);
    let changed = 0;
    for (let bytes = await this.fetch(); bytes !== undefined; bytes = await this.fetch()) {
      for (const batch of ipcBatches(joined(header, bytes))) {
        if (counts) changed += Number(batch.getChildAt(0)!.get(0));
        else if (CHANGING_VERBS.includes(verb) && verb !== "WITH") changed += batch.numRows;
      }
    }
    return changed;
  }

  private async guarded<R>(
    text: string,
    signal: AbortSignal | undefined,
    work: () => Promise<R>,
  ): Promise<R> {
    try {
      return await work();
    } catch (error) {
      const failure = toSqlError(plainError(error), text, signal);
      this.failure ??= failure;
      throw failure;
    }
  }

  /** Ends a result that is not read to its end: DuckDB does so when the next statement comes. */
  private async abandon(open: OpenResult<Uint8Array>): Promise<void> {
    if (this.open === open) this.open = undefined;
    if (open.isOver) return;
    await open.leave();
  }

  private async leave(): Promise<void> {
    try {
      await this.bindings.runQuery(this.number, "SELECT 1");
    } catch {
      // In a transaction that has failed it fails as well, after it has ended the result.
    }
  }
}

/** A worker gives errors of DuckDB as JSON. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.startsWith('{"exception_type"')) return error;
  const { exception_type: type, exception_message: message } = JSON.parse(error.message) as Record<
    "exception_type" | "exception_message",
    string
  >;
  return new Error(`${type} Error: ${message}`, { cause: error });
}

function isCount(header: Uint8Array): boolean {
  const { fields } = schemaOf(header);
  return fields.length === 1 && fields[0]!.name === "Count";
}
