import { retrying } from "@lakewright/core";
import { type SqlEngine, SqlError, type SqlSession } from "@lakewright/sql";
import { isContention } from "../errors.ts";

const RETRIES = 4;

/**
 * Makes tables that may be there: all or none where the engine can, one after the other where a CREATE ends its
 * transaction. Two who make one at once get in each other's way in the catalog of Postgres, IF NOT EXISTS or not: the one
 * who lost looks again.
 */
export function makeTables<R>(
  engine: SqlEngine,
  make: (session: SqlSession) => Promise<R>,
): Promise<R> {
  return untilMade(() =>
    engine.capabilities.transactionalDdl ? engine.transaction(make) : make(engine),
  );
}

/** Makes tables, and looks again where another session was making them at the same moment. */
export function untilMade<R>(make: () => Promise<R>): Promise<R> {
  return retrying({ retries: RETRIES, when: isRace }, make);
}

/** SQLSTATE of what somebody else made meanwhile, and of a row of the catalog two changed at once (Postgres). */
const MADE_MEANWHILE = new Set(["42P07", "42P06", "42710", "42S01", "XX000"]);

function isRace(error: unknown): boolean {
  if (isContention(error)) return true;
  if (!(error instanceof SqlError)) return false;
  return (
    MADE_MEANWHILE.has(String(error.details["sqlState"])) || /already exists/.test(error.message)
  );
}
