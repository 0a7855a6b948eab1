import { SqlError } from "../../errors.ts";

const HINT =
  "Use transaction(): it commits when its function resolves, and rolls back when it throws.";

/** A statement has begun a transaction of its own, which the next user of the connection would have been part of. */
export function leftOpen(statement: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    "The statement left a transaction open; it was rolled back.",
    {
      hint: HINT,
      details: { sql: statement },
    },
  );
}

/** A statement would end, or has ended, the transaction of a session: what follows would be committed on its own. */
export function endedInside(statement: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    "A statement inside transaction() controls the transaction itself.",
    {
      hint: HINT,
      details: { sql: statement },
    },
  );
}

/** The session of a transaction was used after the transaction. */
export function sessionEnded(): SqlError {
  return new SqlError("SQL_CLOSED", "The transaction of this session has ended.", {
    hint: "Await everything inside the function given to transaction().",
  });
}

/** A result of a transaction was read after the transaction: its connection may be somebody else's. */
export function connectionReturned(statement: string): SqlError {
  return new SqlError("SQL_CLOSED", "The connection of this result was given back.", {
    hint: "Read a result of a transaction before the transaction ends.",
    details: { sql: statement },
  });
}

/** The function of a transaction went on after something in it had failed. */
export function rolledBack(cause: unknown): SqlError {
  return new SqlError(
    "SQL_QUERY_FAILED",
    "The transaction was rolled back: something in it had failed.",
    {
      hint: "Let the error of a statement or load leave the function given to transaction().",
      cause,
    },
  );
}

/** The savepoint of an engine itself, which is in no transaction. */
export function savepointOutside(): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    "savepoint() of the engine was called outside a transaction.",
    {
      hint: "Use the session that transaction() gives.",
    },
  );
}

/** The savepoint of an engine that has none. */
export function noSavepoints(engine: string): SqlError {
  return new SqlError("SQL_UNSUPPORTED", `${engine} has no savepoints.`, {
    hint: "Ask capabilities.savepoints first; check what may fail before the transaction, or use one transaction a part.",
  });
}
