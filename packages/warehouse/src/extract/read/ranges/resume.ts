import { isLakewrightError, pause } from "@lakewright/core";

export interface Resumption {
  /** How often what was lost is begun again. */
  readonly retries: number;
  readonly signal?: AbortSignal | undefined;
  readonly batchRows?: number | undefined;
  /** Told each time. */
  readonly onResume: () => void;
}

/** The wait before the first new attempt; it doubles with each. */
const FIRST_WAIT_MS = 100;

/** The items, and where their source is lost for a while, those of another one, which `begin` starts where the last ended. */
export async function* resuming<T>(
  { retries, signal, onResume }: Resumption,
  begin: () => AsyncIterable<T>,
): AsyncGenerator<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const item of begin()) {
        yield item;
        attempt = 0;
      }
      return;
    } catch (error) {
      if (attempt >= retries || !isTransient(error)) throw error;
      await pause(FIRST_WAIT_MS * 2 ** attempt, signal);
      onResume();
    }
  }
}

/** Whether the same may succeed when it is tried again: a lost connection, a conflict. */
export function isTransient(error: unknown): boolean {
  if (!isLakewrightError(error)) return false;
  return error.retryable || error.code === "SQL_CONNECTION" || error.code === "SQL_CONFLICT";
}
