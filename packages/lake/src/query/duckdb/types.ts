import type { AsOf } from "../../table/types.ts";
import type { Where } from "../../where/expression.ts";

/** As much of a DuckDB connection as is used: that of `@duckdb/node-api` is one. */
export interface DuckDBConnection {
  run(sql: string): Promise<unknown>;
}

export interface AttachOptions {
  /**
   * Files that cannot hold rows for which this is true are left out of the view. Rows of the others stay: repeat the
   * condition in the query. Default none are.
   */
  readonly where?: Where | undefined;
  /** The version the view shows, for good. Default the one the table stands at, which `refresh` moves on. */
  readonly asOf?: AsOf | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A Delta table as a view of a DuckDB connection. */
export interface AttachedTable extends AsyncDisposable {
  /** The name of the view. */
  readonly name: string;
  /** The version the view shows. */
  readonly version: bigint;
  /** Data files the view reads. */
  readonly files: number;
  /** Data files that partition values and statistics ruled out. */
  readonly filesSkipped: number;
  /** Brings the table to its latest version, and the view with it, unless it was attached as of a version. */
  refresh(): Promise<this>;
  /** Drops the view and what belongs to it. */
  detach(): Promise<void>;
}
