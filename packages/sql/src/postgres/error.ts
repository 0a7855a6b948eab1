import { isLakewrightError } from "@lakewright/core";
import { SqlError, type SqlErrorCode } from "../errors.ts";
import { MAKE_ROOM } from "../shared/make-room.ts";
import { placeOf, withPlace } from "../shared/statement-place.ts";

interface ServerError extends Error {
  readonly code?: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** The character of the statement it is about, from 1. */
  readonly position?: string;
  /** The function of the server that threw: it is in no language of people. */
  readonly routine?: string;
}

/** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const STATES: readonly (readonly [RegExp, SqlErrorCode])[] = [
  [/^23/, "SQL_CONSTRAINT"],
  [/^(40|55P03)/, "SQL_CONFLICT"],
  [/^(08|28|3D|53300|57P)/, "SQL_CONNECTION"],
  [/^53/, "SQL_OUT_OF_RESOURCES"],
  [/^0A/, "SQL_UNSUPPORTED"],
];

/** What pg threw as a SqlError; an abort as the reason of the signal, an error of ours as it is. */
export function toSqlError(
  cause: unknown,
  statement: string,
  signal?: AbortSignal,
  otherwise: SqlErrorCode = "SQL_QUERY_FAILED",
): unknown {
  if (isLakewrightError(cause)) return cause;
  if (signal?.aborted) return signal.reason;
  if (!(cause instanceof Error)) return cause;
  const error = cause as ServerError;
  if (!isServerError(error)) {
    return new SqlError("SQL_CONNECTION", `The connection to Postgres broke: ${messageOf(error)}`, {
      hint: "Whether the statement took effect is not known. Look, then run it again.",
      details: { sql: statement },
      cause,
    });
  }
  const { code: sqlState, detail, schema, table, column, constraint } = error;
  const code = isTimeout(error)
    ? "SQL_TIMEOUT"
    : (STATES.find(([pattern]) => pattern.test(sqlState!))?.[1] ?? otherwise);
  const position =
    error.position === undefined ? undefined : placeOf(statement, Number(error.position));
  const known = { sqlState, detail, schema, table, column, constraint, position };
  return new SqlError(code, withPlace(messageOf(error), position), {
    hint: error.hint ?? hintOf(code, sqlState!),
    details: {
      sql: statement,
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    },
    cause,
    retryable: code === "SQL_CONFLICT",
  });
}

function hintOf(code: SqlErrorCode, sqlState: string): string | undefined {
  if (code === "SQL_OUT_OF_RESOURCES") return MAKE_ROOM;
  return sqlState === "25P02" ? FAILED_TRANSACTION : undefined;
}

/** By lock_timeout, statement_timeout or transaction_timeout of the server; NOWAIT has the code of the first as well. */
function isTimeout({ code, routine, message }: ServerError): boolean {
  if (code === "55P03") return routine === "ProcessInterrupts";
  return code === "25P04" || (code === "57014" && message.includes("timeout"));
}

const FAILED_TRANSACTION =
  "An earlier statement of the transaction failed; let the transaction end and run it again.";

/** No connection could be had. */
export function toConnectError(cause: unknown): unknown {
  if (cause instanceof SqlError) return cause;
  const error = cause as ServerError;
  return new SqlError("SQL_CONNECTION", `Cannot connect to Postgres: ${messageOf(error)}`, {
    hint: "Check host, port, database, user and password, and that the server accepts connections.",
    details: error.code === undefined ? {} : { sqlState: error.code },
    cause,
  });
}

/** Whether the server said so; anything else is about the connection. */
export function isServerError(error: Error): boolean {
  const { severity, code } = error as ServerError;
  return severity !== undefined && code !== undefined;
}

/** The error of a socket that tried several addresses has no message of its own. */
function messageOf(error: Error): string {
  if (error instanceof AggregateError) return (error.errors as Error[]).map(messageOf).join("; ");
  return error.message;
}
