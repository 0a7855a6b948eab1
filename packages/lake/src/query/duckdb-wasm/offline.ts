import type { DuckDBWasmConnection } from "./types.ts";

/**
 * Keeps a duckdb-wasm database off the network: what needs an extension it does not have fails at once, in place of
 * asking extensions.duckdb.org for it. duckdb-wasm has no Parquet reader built in since 1.28.1; `attachTable` needs none.
 *
 * Functions of timestamps with a zone (`date_trunc`, `extract`) are in the extension icu: duckdb-wasm 1.32 breaks down or
 * hangs in place of saying so. Cast them first, `CAST(at AS TIMESTAMP)`: that is the time in UTC.
 */
export async function offline(connection: DuckDBWasmConnection): Promise<void> {
  await connection.query("SET autoload_known_extensions = false");
  await connection.query("SET autoinstall_known_extensions = false");
}
