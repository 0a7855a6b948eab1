import { jittered, pause } from "@lakewright/core";
import { SqlError } from "../../errors.ts";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2000;

/**
 * Runs an attempt again after SQL_CONFLICT, so many times, each after a pause: any part of a time that doubles ("full
 * jitter"), so that rivals which met once do not meet again.
 *
 * Source: "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
 */
export async function retrying<R>(
  retries: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<R>,
): Promise<R> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= retries || !isConflict(error)) throw error;
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      await pause(jittered(longest), signal);
    }
  }
}

/** Whether a conflict is what it comes from: it may have been wrapped on its way out. */
function isConflict(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth++) {
    if (cause instanceof SqlError && cause.code === "SQL_CONFLICT") return true;
    cause = cause.cause;
  }
  return false;
}
