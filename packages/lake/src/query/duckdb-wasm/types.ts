import type { AsOf } from "../../table/types.ts";
import type { Where } from "../../where/expression.ts";

/** As much of a duckdb-wasm connection as is used: the asynchronous and the blocking one both have it. */
export interface DuckDBWasmConnection {
  query(sql: string): unknown;
  insertArrowFromIPCStream(
    bytes: Uint8Array,
    options: { name: string; create?: boolean },
  ): Promise<void> | void;
}

export interface AttachOptions {
  /** Columns wanted, in order. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Rows wanted. Files that cannot hold any are not read. Default all. */
  readonly where?: Where | undefined;
  /** The version to load, for good. Default the one the table stands at, which `refresh` moves on. */
  readonly asOf?: AsOf | undefined;
  /** Stops the loading; the table of the connection then stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

/** Rows of a Delta table, copied into a table of a duckdb-wasm connection. */
export interface AttachedTable extends AsyncDisposable {
  /** The name of DuckDB's table. */
  readonly name: string;
  /** The version the rows are of; undefined where a scan was given. */
  readonly version: bigint | undefined;
  readonly rows: number;
  /** Data files that were read. */
  readonly files: number;
  /** Data files that partition values and statistics ruled out. */
  readonly filesSkipped: number;
  /** Brings the table to its latest version, unless it was attached as of one, and loads the rows anew. */
  refresh(): Promise<this>;
  /** Drops DuckDB's table. */
  detach(): Promise<void>;
}
