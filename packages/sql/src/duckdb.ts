/// <reference lib="esnext.disposable" preserve="true" />
import { DuckDbEngine } from "./duckdb/engine.ts";
import { type DuckDbOptions, type DuckDbSource, checkSource, nativeHost } from "./duckdb/source.ts";
import type { SqlEngine } from "./engine.ts";
import { assertKnownOptions } from "./shared/options.ts";

export type {
  DuckDbConnection,
  DuckDbInstance,
  DuckDbOptions,
  DuckDbSource,
} from "./duckdb/source.ts";

/**
 * DuckDB in this process, through `@duckdb/node-api`. Nothing is opened before the first statement; that one throws
 * SQL_MISSING_DRIVER where the driver is not installed, and SQL_CONNECTION where the file cannot be opened.
 *
 * @param source - a file, ":memory:", or an instance or connection of the caller, which `close()` leaves open
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown or the source is none.
 */
export function duckdb(source: DuckDbSource, options: DuckDbOptions = {}): SqlEngine {
  assertKnownOptions("duckdb()", options, ["readOnly", "memoryLimit", "settings"]);
  checkSource(source);
  return new DuckDbEngine(nativeHost(source, options));
}
