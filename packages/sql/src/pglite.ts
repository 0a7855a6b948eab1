/// <reference lib="esnext.disposable" preserve="true" />
import type { SqlEngine } from "./engine.ts";
import { pgliteHost } from "./pglite/host.ts";
import { checkSource, type PgliteSource } from "./pglite/source.ts";
import { PostgresEngine } from "./postgres/engine.ts";

export type { PgliteConfig, PgliteInstance, PgliteSource } from "./pglite/source.ts";

/**
 * Postgres in this process, through `@electric-sql/pglite`. Nothing is opened before the first statement; that one
 * throws SQL_MISSING_DRIVER where the driver is not installed.
 *
 * It has one session: calls wait for each other, and a result still being read when something else is asked is taken
 * into memory first. It runs on the thread that calls it: an abort or a timeout is seen between two batches or
 * statements, not while one runs.
 *
 * @param source - the folder of the data, `{ dataDir }`, or an instance of the caller, which `close()` leaves open and
 * whose session is set to UTC and ISO dates
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown.
 */
export function pglite(source: PgliteSource): SqlEngine {
  checkSource(source);
  return new PostgresEngine(pgliteHost(source));
}
