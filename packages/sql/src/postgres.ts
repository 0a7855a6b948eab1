/// <reference lib="esnext.disposable" preserve="true" />
import type { SqlEngine } from "./engine.ts";
import { PostgresEngine } from "./postgres/engine.ts";
import { serverHost } from "./postgres/host.ts";
import { checkSource, type PostgresSource } from "./postgres/source.ts";

export type { PostgresConfig, PostgresPool, PostgresSource } from "./postgres/source.ts";

/**
 * A Postgres server, through `pg`. Nothing is opened before the first statement; that one throws SQL_MISSING_DRIVER
 * where the driver is not installed, and SQL_CONNECTION where the server cannot be reached. Sessions are set to UTC and
 * ISO dates, also those of a pool that is the caller's.
 *
 * A result is sent as it is read, so that a slow reader keeps its statement running; what a transaction reads batch by
 * batch is kept by the server instead, which then plans it for one core.
 *
 * @param source - a connection string, its parts, or a pool of the caller, which `close()` leaves open
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown.
 */
export function postgres(source: PostgresSource): SqlEngine {
  checkSource(source);
  return new PostgresEngine(serverHost(source));
}
