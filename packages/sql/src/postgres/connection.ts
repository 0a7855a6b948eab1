import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { LoadResult, QueryOptions } from "../engine.ts";
import { SqlError } from "../errors.ts";
import type { ServerConnection, Statement } from "../shared/server/connection.ts";
import { connectionReturned } from "../shared/transaction/errors.ts";
import { Lock } from "../shared/waiting/lock.ts";
import { bindings } from "./bind.ts";
import { type Answer, Conversation, inTransaction } from "./conversation.ts";
import type { Client, FieldDescription } from "./driver.ts";
import { toSqlError } from "./error.ts";
import type { Host } from "./host.ts";
import { load } from "./load.ts";
import { LonePortal, type Portal, prepare, SharedPortal, StreamedPortal } from "./portal.ts";
import { BatchReader } from "./read/batch-reader.ts";
import type { TypeCatalog } from "./read/types.ts";
import { changedRows } from "./tags.ts";

/** A connection of a pool while somebody has it. It runs one request at a time. */
export class Connection implements ServerConnection {
  readonly client: Client;
  readonly host: Host;
  readonly catalog: TypeCatalog;
  /** Why the connection is of no more use. */
  broken: Error | undefined;
  /** Whether it was given back, and may be somebody else's. */
  released = false;
  private readonly lock = new Lock();
  private portals = 0;
  private cancelling: Promise<void> | undefined;
  private savepoints = 0;

  constructor(client: Client, host: Host, catalog: TypeCatalog) {
    this.client = client;
    this.host = host;
    this.catalog = catalog;
  }

  /** Whether a transaction is open, as the server said last. */
  get isInTransaction(): boolean {
    return inTransaction.get(this.client) ?? false;
  }

  /** A name no other savepoint of the connection has. */
  savepointName(): string {
    return `lakewright_${++this.savepoints}`;
  }

  /** Runs a statement, or several without parameters; the tags say what they did. */
  execute({ text, parameters }: Statement, signal?: AbortSignal): Promise<Answer> {
    return this.exclusive(text, signal, () => {
      if (parameters.length === 0) return Conversation.text(this.client, text);
      const bound = bindings(parameters);
      return Conversation.once(this.client, (wire) => {
        wire.parse({ text, name: "", types: bound.types });
        wire.bind({ portal: "", statement: "", values: bound.values });
        wire.describe({ type: "P", name: "" });
        wire.execute({ portal: "", rows: 0 });
      });
    });
  }

  async change(statement: Statement, signal?: AbortSignal): Promise<number> {
    return changedRows((await this.execute(statement, signal)).tags);
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
   * The rows of a statement as batches; one without rows where there are none, for the schema. The server keeps what is
   * not yet read.
   *
   * @param shared - inside a transaction: other statements may run between two batches
   */
  async *stream(
    statement: Statement,
    options: QueryOptions,
    shared: boolean,
  ): AsyncGenerator<RecordBatch> {
    const { signal, batchRows = 65_536 } = options;
    const portal = shared
      ? new SharedPortal(this.client, batchRows, `lakewright_${++this.portals}`)
      : this.ownPortal(batchRows, () => this.cancel());
    // While its reader is at something else, nothing of it would be noticed.
    const stop = (): void => void (!shared && !this.released && portal.end());
    signal?.addEventListener("abort", stop, { once: true });
    try {
      yield* this.read(portal, statement, batchRows, shared, (work) =>
        this.exclusive(statement.text, signal, work),
      );
    } finally {
      signal?.removeEventListener("abort", stop);
      if (!this.released) await this.lock.run(() => portal.end());
    }
  }

  /** All rows of a statement, while no other statement runs on the connection. */
  async *collect(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch> {
    const { signal, batchRows = 65_536 } = options;
    const batches = await this.exclusive(statement.text, signal, async () => {
      // Where its reader gives up it is read to its end: a cancel would fail the transaction.
      const portal = this.ownPortal(batchRows, () => Promise.resolve());
      try {
        const unguarded = <R>(work: () => Promise<R>): Promise<R> => work();
        return await Array.fromAsync(this.read(portal, statement, batchRows, false, unguarded));
      } finally {
        await portal.end();
      }
    });
    yield* batches;
  }

  /** The columns of the result of a statement, which does not run. */
  describe(text: string, signal: AbortSignal | undefined): Promise<readonly FieldDescription[]> {
    return this.exclusive(text, signal, async () => {
      const { fields } = await Conversation.once(this.client, (wire) =>
        prepare(wire, "", text, []),
      );
      await this.readTypes(fields);
      return fields;
    });
  }

  /** Runs work while no other request runs on the connection; an abort cancels it on the server. */
  exclusive<R>(text: string, signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> {
    return this.lock.run(async () => {
      signal?.throwIfAborted();
      if (this.released) throw connectionReturned(text);
      if (text.includes("\0")) {
        throw new SqlError("SQL_UNSUPPORTED", "The statement has the character U+0000.", {
          hint: "Bind values with sql`…`; binary takes any byte.",
          details: { sql: text },
        });
      }
      this.host.assertRunnable?.(text);
      let cancelled: Promise<void> | undefined;
      const cancel = (): void => {
        cancelled = this.cancel();
      };
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        return await work();
      } catch (error) {
        throw toSqlError(error, text, signal);
      } finally {
        signal?.removeEventListener("abort", cancel);
        // Else it could hit the next statement.
        await cancelled;
      }
    });
  }

  private async *read(
    portal: Portal,
    { text, parameters }: Statement,
    batchRows: number,
    shared: boolean,
    guarded: <R>(work: () => Promise<R>) => Promise<R>,
  ): AsyncGenerator<RecordBatch> {
    const bound = bindings(parameters);
    const fields = await guarded(async () => {
      const { fields } = await portal.describe(text, bound.types);
      if (await this.learnTypes(fields, portal, shared)) await portal.describe(text, bound.types);
      return fields;
    });
    const reader = fields.length > 0 ? new BatchReader(this.catalog, fields, batchRows) : undefined;
    let batches = 0;
    for (let answer: Answer | undefined; answer === undefined || answer.tags.length === 0;) {
      const before = answer;
      answer = await guarded(() =>
        before === undefined ? portal.start(bound) : portal.continue(before),
      );
      if (reader === undefined) return;
      for (const batch of reader.add(answer.rows)) {
        batches++;
        yield batch;
      }
    }
    const last = reader?.end() ?? (batches === 0 ? reader?.empty() : undefined);
    if (last) yield last;
  }

  /** @param cancel - what ends a result at the server whose reader has left */
  private ownPortal(batchRows: number, cancel: () => Promise<void>): Portal {
    return this.host.lone === undefined
      ? new StreamedPortal(this.client, batchRows, cancel)
      : new LonePortal(this.client, batchRows);
  }

  /** Resolves when the server has been asked to stop what the connection runs. */
  private cancel(): Promise<void> {
    return (this.cancelling ??= this.host.cancel(this.client).finally(() => {
      this.cancelling = undefined;
    }));
  }

  /** Reads the types nobody has seen yet; says whether that took the place of what the portal had prepared. */
  private async learnTypes(
    fields: readonly FieldDescription[],
    portal: Portal,
    shared: boolean,
  ): Promise<boolean> {
    if (this.catalog.unknown(fields.map((field) => field.dataTypeID)).length === 0) return false;
    if (!shared) await portal.end();
    await this.readTypes(fields);
    return !shared;
  }

  private async readTypes(fields: readonly FieldDescription[]): Promise<void> {
    // An array of a domain over an enum takes three rounds.
    for (let round = 0; round < 4; round++) {
      const oids = this.catalog.unknown(fields.map((field) => field.dataTypeID));
      if (oids.length === 0) return;
      const { rows } = await Conversation.text(this.client, typesQuery(oids));
      this.catalog.add(rows);
    }
  }
}

function typesQuery(oids: readonly number[]): string {
  const list = oids.join(", ");
  return `SELECT oid, format_type(oid, NULL), CASE WHEN typtype = 'd' THEN typbasetype
WHEN typcategory = 'A' THEN typelem ELSE 0 END, typtype, typcategory FROM pg_catalog.pg_type
WHERE oid IN (${list}) OR oid IN (SELECT typelem FROM pg_catalog.pg_type WHERE oid IN (${list}))
OR oid IN (SELECT typbasetype FROM pg_catalog.pg_type WHERE oid IN (${list}))`;
}
