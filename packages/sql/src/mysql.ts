/// <reference lib="esnext.disposable" preserve="true" />
import type { SqlEngine } from "./engine.ts";
import { MysqlEngine } from "./mysql/engine.ts";
import { checkSource, type MysqlSource } from "./mysql/source.ts";

export type { MysqlConfig, MysqlPool, MysqlSource } from "./mysql/source.ts";

/**
 * A MySQL (8.0.19 and later) or MariaDB (10.6 and later) server, through `mysql2`. Nothing is opened before the first
 * statement; that one throws SQL_MISSING_DRIVER where the driver is not installed, and SQL_CONNECTION where the server
 * cannot be reached. Sessions are strict, in UTC, and read standard SQL: double quotes are for names, `||` puts texts
 * together, and texts differ by case, accents and trailing blanks. A connection of a caller's pool goes back with the
 * settings it came with.
 *
 * @param source - a connection string, its parts, or a pool of the caller, which `close()` leaves open
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown.
 */
export function mysql(source: MysqlSource): SqlEngine {
  checkSource(source);
  return new MysqlEngine(source);
}
