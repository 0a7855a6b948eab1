import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { Capabilities } from "../dialect.ts";
import type { LoadResult, QueryOptions } from "../engine.ts";
import type { NamedLocks } from "../shared/waiting/named-locks.ts";
import type { Parameter } from "../text.ts";

export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** A connection of DuckDB, in this process or in a worker of a browser. It runs one statement at a time. */
export interface SeatConnection {
  /** The error of the first statement that has failed in the transaction that `begin` has opened. */
  readonly failure: unknown;
  execute(statement: Statement, signal?: AbortSignal): Promise<number>;
  stream(statement: Statement, options?: QueryOptions): AsyncGenerator<RecordBatch>;
  begin(signal: AbortSignal | undefined, readOnly: boolean): Promise<void>;
  end(how: "COMMIT" | "ROLLBACK"): Promise<void>;
  rollBackStray(): Promise<boolean>;
  close(borrowed: boolean): Promise<void>;
}

/** A connection, and how data gets into its database. */
export interface Seat {
  readonly connection: SeatConnection;
  /** Before anything else is written. */
  prepare?(): void;
  load(
    path: readonly string[],
    table: Table,
    data: RowsOrBatches,
    options: JobOptions,
  ): Promise<LoadResult>;
}

/** Opens connections to one database. */
export interface Database {
  /** Whether all there will ever be is one connection, the caller's. */
  readonly borrowed: boolean;
  /** The locks of all who have this database open in this process. */
  readonly locks: NamedLocks;
  connect(): Promise<Seat>;
  close(): Promise<void> | void;
}

/** Where an engine of DuckDB has its database. */
export interface Host {
  readonly name: string;
  readonly capabilities: Capabilities;
  open(): Promise<Database>;
}
