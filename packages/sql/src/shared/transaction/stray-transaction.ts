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
