import { isLakewrightError } from "@lakewright/core";
import { SqlError, type SqlErrorCode } from "../errors.ts";
import { MAKE_ROOM } from "../shared/make-room.ts";
import { drawnPlace, withPlace } from "../shared/statement-place.ts";

const FULL = /^Out of Memory Error:|No space left on device|not enough space/i;

const CLASSES: readonly (readonly [RegExp, SqlErrorCode])[] = [
  [/^TransactionContext Error: (Conflict|Failed to commit|Catalog write-write)/, "SQL_CONFLICT"],
  [/write-write conflict/, "SQL_CONFLICT"],
  [/^Constraint Error:/, "SQL_CONSTRAINT"],
  [/^Connection Error:|Could not set lock on file|database has been invalidated/, "SQL_CONNECTION"],
  [FULL, "SQL_OUT_OF_RESOURCES"],
  [/^Not implemented Error:/, "SQL_UNSUPPORTED"],
];

/** What DuckDB threw as a SqlError; an abort as the reason of the signal, an error of ours as it is. */
export function toSqlError(cause: unknown, statement: string, signal?: AbortSignal): unknown {
  if (isLakewrightError(cause)) return cause;
  if (signal?.aborted) return signal.reason;
  const text = messageOf(cause);
  const code = CLASSES.find(([pattern]) => pattern.test(text))?.[1] ?? "SQL_QUERY_FAILED";
  const position = drawnPlace(text, statement);
  return new SqlError(code, withPlace(firstParagraph(text), position), {
    hint: hintOf(text),
    details: { sql: statement, ...(position && { position }) },
    cause,
    retryable: code === "SQL_CONFLICT",
  });
}

/** Opening the database failed. */
export function toOpenError(cause: unknown, path: string): SqlError {
  const text = messageOf(cause);
  return new SqlError("SQL_CONNECTION", `Cannot open ${path}: ${firstParagraph(text)}`, {
    hint: hintOf(text) ?? "Check the path, and that the file is a DuckDB database.",
    details: { path },
    cause,
  });
}

function hintOf(text: string): string | undefined {
  if (text.includes("Could not set lock on file")) {
    return "One process at a time opens a DuckDB file. Close the other, or open it there too with readOnly: true.";
  }
  if (text.includes("different configuration")) {
    return "The file is open in this process with other settings: use the same settings, or share the engine.";
  }
  if (text.includes("Current transaction is aborted")) {
    return "An earlier statement of the transaction failed; let the transaction end and run it again.";
  }
  if (text.includes("of the transaction failed while its rows were read")) {
    return "DuckDB's driver does not say why: run the query outside of the transaction for its error.";
  }
  if (text.includes("database has been invalidated")) {
    return "Close the engine and open it again: what was committed is there.";
  }
  if (FULL.test(text)) return MAKE_ROOM;
  return undefined;
}

function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.replace(/^Failed to extract statements: /, "");
}

/** The message without the excerpt of the statement, which `details.sql` has whole and `details.position` points into. */
function firstParagraph(text: string): string {
  return text.split("\n\n", 1)[0]!.trim();
}
