import { retrying } from "@lakewright/core";
import { SqlError } from "../../errors.ts";

/** Runs an attempt again after SQL_CONFLICT, so many times. */
export function retryingConflicts<R>(
  retries: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<R>,
): Promise<R> {
  return retrying({ retries, when: isConflict, signal }, attempt);
}

/** Whether a conflict is what it comes from: it may have been wrapped on its way out. */
export function isConflict(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth++) {
    if (cause instanceof SqlError && cause.code === "SQL_CONFLICT") return true;
    cause = cause.cause;
  }
  return false;
}
