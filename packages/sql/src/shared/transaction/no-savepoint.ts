import { SqlError } from "../../errors.ts";

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
