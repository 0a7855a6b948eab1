import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { LoadResult, QueryOptions } from "../../engine.ts";
import type { Parameter } from "../../text.ts";

export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** A connection to a server while somebody has it. */
export interface ServerConnection {
  /** Why the connection is of no more use. */
  broken: Error | undefined;
  /** Whether a transaction is open, as the server said last. */
  readonly isInTransaction: boolean;
  /** A name no other savepoint of the connection has. */
  savepointName(): string;
  /** Runs a statement, or several without parameters, and says how many rows they changed. */
  change(statement: Statement, signal?: AbortSignal): Promise<number>;
  /**
   * The rows of a statement as batches; one without rows where there are none, for the schema.
   *
   * @param shared - inside a transaction: other statements may run between two batches
   */
  stream(statement: Statement, options: QueryOptions, shared: boolean): AsyncGenerator<RecordBatch>;
  /** The same inside a transaction, all of it taken at once. */
  collect(statement: Statement, options: QueryOptions): AsyncGenerator<RecordBatch>;
  load(
    path: readonly string[],
    table: Table,
    data: RowsOrBatches,
    options: JobOptions,
  ): Promise<LoadResult>;
}

/** A connection taken from a pool; one that has broken is not given back. */
export interface Lease<C> {
  readonly connection: C;
  end(error?: Error): void | Promise<void>;
}

/** Runs a statement that is ours, and changes no rows. */
export async function say(
  connection: ServerConnection,
  text: string,
  signal?: AbortSignal,
): Promise<void> {
  await connection.change({ text, parameters: [] }, signal);
}

/** Rolls back a transaction that a statement has begun by itself, and says whether there was one. */
export async function rollBackStray(connection: ServerConnection): Promise<boolean> {
  if (!connection.isInTransaction || connection.broken !== undefined) return false;
  await say(connection, "ROLLBACK").catch((failure: unknown) => {
    connection.broken ??= failure as Error;
  });
  return true;
}
