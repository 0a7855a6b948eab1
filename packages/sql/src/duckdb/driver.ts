import { createRequire } from "node:module";
import type * as NodeApi from "@duckdb/node-api";
import { SqlError } from "../errors.ts";

export type Api = typeof NodeApi;
export type DuckDBConnection = NodeApi.DuckDBConnection;
export type DuckDBInstance = NodeApi.DuckDBInstance;
export type DuckDBResult = NodeApi.DuckDBResult;
export type DuckDBType = NodeApi.DuckDBType;
export type DuckDBValue = NodeApi.DuckDBValue;

export type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult["fetchChunk"]>>>;

/** A vector of a data chunk: an opaque handle. */
export interface Vector {
  readonly __duckdb_type: "duckdb_vector";
}
export interface DataChunk {
  readonly __duckdb_type: "duckdb_data_chunk";
}

/** What is used of `@duckdb/node-bindings`, the C API under `@duckdb/node-api`: whole columns without a value object each. */
export interface Bindings {
  data_chunk_get_vector(chunk: DataChunk, column: number): Vector;
  data_chunk_set_size(chunk: DataChunk, rows: number): void;
  /** A copy of the first bytes of the vector. */
  vector_get_data(vector: Vector, byteCount: number): Uint8Array<ArrayBuffer>;
  vector_get_validity(vector: Vector, byteCount: number): Uint8Array<ArrayBuffer> | null;
  vector_ensure_validity_writable(vector: Vector): void;
  vector_assign_string_element_len(vector: Vector, index: number, bytes: Uint8Array): void;
  list_vector_get_child(vector: Vector): Vector;
  list_vector_get_size(vector: Vector): number;
  list_vector_set_size(vector: Vector, size: number): void;
  list_vector_reserve(vector: Vector, capacity: number): void;
  array_vector_get_child(vector: Vector): Vector;
  struct_vector_get_child(vector: Vector, index: number): Vector;
  /** A copy of the bytes the pointer at that place of the buffer points to. */
  get_data_from_pointer(
    buffer: ArrayBuffer,
    at: number,
    byteCount: number,
  ): Uint8Array<ArrayBuffer>;
  copy_data_to_vector(
    vector: Vector,
    at: number,
    source: ArrayBufferLike,
    from: number,
    byteCount: number,
  ): void;
  copy_data_to_vector_validity(
    vector: Vector,
    at: number,
    source: ArrayBufferLike,
    from: number,
    byteCount: number,
  ): void;
}

export interface Driver {
  readonly api: Api;
  readonly bindings: Bindings;
}

/**
 * The DuckDB driver, loaded when it is first needed.
 *
 * @throws SqlError SQL_MISSING_DRIVER where it is not installed, or not for this platform.
 */
export async function loadDriver(from: string = import.meta.url): Promise<Driver> {
  const require = createRequire(from);
  try {
    const api = (await import("@duckdb/node-api")) as Api;
    // Resolved from the driver: it is a dependency of the driver, and the two must be one copy.
    const bindings = createRequire(require.resolve("@duckdb/node-api"))(
      "@duckdb/node-bindings",
    ) as Bindings;
    return { api, bindings };
  } catch (cause) {
    throw new SqlError(
      "SQL_MISSING_DRIVER",
      `@duckdb/node-api could not be loaded: ${(cause as Error).message}`,
      { hint: "Install it: npm install @duckdb/node-api", cause },
    );
  }
}
