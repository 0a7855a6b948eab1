import type { SqlEngine } from "./engine.ts";
import { SqlError } from "./errors.ts";

/** DuckDB in a browser, through `@duckdb/duckdb-wasm`. */
export function duckdbWasm(source: unknown): SqlEngine {
  throw new SqlError("SQL_UNSUPPORTED", `duckdbWasm() of ${typeof source} is not built yet.`);
}
