/// <reference lib="esnext.disposable" preserve="true" />
import { DuckDbEngine } from "./duckdb/engine.ts";
import { type DuckDbWasmSource, wasmHost } from "./duckdb-wasm/source.ts";
import type { SqlEngine } from "./engine.ts";

export type {
  DuckDbWasmConnection,
  DuckDbWasmDatabase,
  DuckDbWasmOptions,
  DuckDbWasmSource,
} from "./duckdb-wasm/source.ts";

/**
 * DuckDB in a browser, or in Node without a native module, through `@duckdb/duckdb-wasm`. Extensions are neither loaded
 * nor asked for over the network.
 *
 * Values stay exact, as with the native DuckDB. Functions of TIMESTAMPTZ need the extension icu, without which
 * duckdb-wasm breaks down: cast to TIMESTAMP first, which is the time in UTC. In a browser a call of the engine inside
 * one of its own transactions waits for ever: use the session.
 *
 * @param source - an `AsyncDuckDB` or `{ connection }` of the caller, which `close()` leaves open, or the addresses of
 * its module and worker
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown.
 */
export function duckdbWasm(source: DuckDbWasmSource): SqlEngine {
  return new DuckDbEngine(wasmHost(source));
}
