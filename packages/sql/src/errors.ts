import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/sql` throws. */
export const sqlErrorCodes = [
  "SQL_QUERY_FAILED",
  "SQL_CONNECTION",
  "SQL_CONSTRAINT",
  "SQL_CONFLICT",
  "SQL_TIMEOUT",
  "SQL_OUT_OF_RESOURCES",
  "SQL_LOAD_FAILED",
  "SQL_UNSUPPORTED",
  "SQL_INVALID_IDENTIFIER",
  "SQL_MISSING_DRIVER",
  "SQL_CLOSED",
] as const;

export type SqlErrorCode = (typeof sqlErrorCodes)[number];

/**
 * What `@lakewright/sql` throws. `details.sql` has the statement, `details.position` the `{ line, column }` of it the engine
 * points at, from 1 (MySQL says the line of a syntax error only), `details.sqlState` the engine's own code where it gave
 * one; SQL_CONFLICT (serialisation failure, deadlock) is retryable.
 */
export class SqlError extends LakewrightError<SqlErrorCode> {
  override readonly name = "SqlError";
}
