import { isLakewrightError } from "@lakewright/core";
import { SqlError, type SqlErrorCode } from "../errors.ts";
import { MAKE_ROOM } from "../shared/make-room.ts";
import { ServerError } from "./wire/server-error.ts";

/** Numbers of errors: https://dev.mysql.com/doc/mysql-errors/9.4/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const NUMBERS: ReadonlyMap<number, SqlErrorCode> = new Map<number, SqlErrorCode>([
  // Deadlock; changed since it was read (MariaDB); NOWAIT; the table was changed; a cluster's certification.
  ...[1213, 1020, 3572, 1412, 3101, 1180].map((number) => [number, "SQL_CONFLICT"] as const),
  // Lock wait; max_execution_time; max_statement_time (MariaDB).
  ...[1205, 3024, 1969].map((number) => [number, "SQL_TIMEOUT"] as const),
  // No default; a check (MySQL, MariaDB); a null where none may be, as a warning of LOAD DATA says.
  ...[1364, 3819, 4025, 1263, 1048, 1062, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 1761, 1762].map(
    (number) => [number, "SQL_CONSTRAINT"] as const,
  ),
  // Too many connections; shutting down; killed; inactive.
  ...[1040, 1053, 1203, 1226, 1927, 3169, 4031].map(
    (number) => [number, "SQL_CONNECTION"] as const,
  ),
  // Disk full; a table is full (its tablespace, a temporary one); memory, for a sort, too; a file that grew too large.
  ...[1021, 1114, 1037, 1038, 1041, 1878].map(
    (number) => [number, "SQL_OUT_OF_RESOURCES"] as const,
  ),
  ...[1235, 1295].map((number) => [number, "SQL_UNSUPPORTED"] as const),
]);

const STATES: readonly (readonly [RegExp, SqlErrorCode])[] = [
  [/^23/, "SQL_CONSTRAINT"],
  [/^40/, "SQL_CONFLICT"],
  [/^(08|28)/, "SQL_CONNECTION"],
  [/^0A/, "SQL_UNSUPPORTED"],
];

/** What an error or a warning of that number is. */
export function codeOf(number: number, sqlState: string, otherwise: SqlErrorCode): SqlErrorCode {
  const known = NUMBERS.get(number) ?? STATES.find(([pattern]) => pattern.test(sqlState))?.[1];
  return known ?? otherwise;
}

/** What the server or mysql2 said as a SqlError; an abort as the reason of the signal, an error of ours as it is. */
export function toSqlError(
  cause: unknown,
  statement: string,
  signal?: AbortSignal,
  otherwise: SqlErrorCode = "SQL_QUERY_FAILED",
): unknown {
  if (isLakewrightError(cause)) return cause;
  if (signal?.aborted) return signal.reason;
  if (!(cause instanceof Error)) return cause;
  if (!(cause instanceof ServerError)) {
    return new SqlError("SQL_CONNECTION", `The connection to MySQL broke: ${messageOf(cause)}`, {
      hint: "Whether the statement took effect is not known. Look, then run it again.",
      details: { sql: statement },
      cause,
    });
  }
  const code = codeOf(cause.number, cause.sqlState, otherwise);
  const line = SYNTAX.has(cause.number) ? /at line (\d+)$/.exec(cause.message)?.[1] : undefined;
  return new SqlError(code, cause.message, {
    hint: code === "SQL_OUT_OF_RESOURCES" ? MAKE_ROOM : HINTS.get(cause.number),
    details: {
      sql: statement,
      sqlState: cause.sqlState,
      number: cause.number,
      ...(line && { position: { line: Number(line) } }),
    },
    cause,
    retryable: code === "SQL_CONFLICT",
  });
}

/** What the parser refuses, with the line of the statement in its message. */
const SYNTAX: ReadonlySet<number> = new Set([1064, 1149]);

const HINTS: ReadonlyMap<number, string> = new Map([
  [1205, "Another transaction held the rows for too long (innodb_lock_wait_timeout). Try again."],
  [1146, "Create the table first: execute(createTable(engine.dialect, …))."],
]);

/** Whether the transaction is gone with it, and not the statement alone. */
export function endsTransaction(error: unknown): boolean {
  return error instanceof ServerError && [1213, 1020, 3101, 1180, 1637].includes(error.number);
}

/** No connection could be had. */
export function toConnectError(cause: unknown): unknown {
  if (cause instanceof SqlError && cause.code !== "SQL_QUERY_FAILED") return cause;
  const error = cause as Error & { readonly sqlState?: string; readonly code?: string };
  return new SqlError("SQL_CONNECTION", `Cannot connect to MySQL: ${messageOf(error)}`, {
    hint: "Check host, port, database, user and password, and that the server accepts connections.",
    details: error.sqlState ? { sqlState: error.sqlState } : {},
    cause,
  });
}

/** The error of a socket that tried several addresses has no message of its own. */
function messageOf(error: Error): string {
  if (error instanceof AggregateError) return (error.errors as Error[]).map(messageOf).join("; ");
  return error.message;
}
