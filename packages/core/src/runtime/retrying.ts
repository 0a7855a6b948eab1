import { jittered, pause } from "./pause.ts";

/** How often, for what and after how long something that failed is tried again. */
export interface RetryOptions {
  /** How often it is tried again at most; 0 is never. */
  readonly retries: number;
  /** Whether the same may succeed when it is tried again. */
  readonly when: (error: unknown) => boolean;
  /** The longest the first pause may be, in milliseconds; the next ones twice as long each. Default 20. */
  readonly firstPauseMs?: number | undefined;
  /** The longest any pause may be, in milliseconds. Default 2000. */
  readonly longestPauseMs?: number | undefined;
  /** Ends the pauses, and with them the attempts, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs an attempt, and again where it failed for what may pass, each time after a pause: any part of a time that doubles,
 * so that rivals which met once do not meet again.
 *
 * @throws what the last attempt threw, or one that trying again cannot help
 */
export async function retrying<R>(options: RetryOptions, attempt: () => Promise<R>): Promise<R> {
  const { retries, when, firstPauseMs = 20, longestPauseMs = 2000, signal } = options;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= retries || !when(error)) throw error;
      await pause(jittered(Math.min(longestPauseMs, firstPauseMs * 2 ** failures)), signal);
    }
  }
}
