import { isLakewrightError, type Random } from "@lakewright/core";
import type { Clock } from "./clock.ts";

/** How calls to a sink are repeated that failed for a passing reason (`retryable` of the error). */
export interface RetryOptions {
  /** Calls in all, 1 for none repeated. Default 8. */
  readonly attempts?: number | undefined;
  /** Longest wait before the second call; it doubles for each further one. Default 200. */
  readonly baseMs?: number | undefined;
  /** Longest wait of all. Default 30,000. */
  readonly capMs?: number | undefined;
}

export interface RetryContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the waiting: its reason is thrown. */
  readonly signal: AbortSignal;
  /** Asked before each repetition; false throws the error on. */
  readonly worthwhile?: (() => boolean) | undefined;
  readonly onRetry?: ((error: unknown, attempt: number, waitMs: number) => void) | undefined;
}

/**
 * Runs a call, again after a wait while it fails for a passing reason. The wait is drawn from 0 to
 * min(cap, base·2^n), so that many writers do not come back at once.
 *
 * Source: "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015), full jitter.
 */
export async function retry<R>(
  call: (attempt: number) => Promise<R>,
  options: RetryOptions,
  context: RetryContext,
): Promise<R> {
  const { attempts = 8 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const passing = isLakewrightError(error) && error.retryable;
      if (!passing || attempt >= attempts || context.worthwhile?.() === false) throw error;
      const waitMs = backoffMs(attempt, options, context.random);
      context.onRetry?.(error, attempt, waitMs);
      await sleep(waitMs, context.clock, context.signal);
      if (context.worthwhile?.() === false) throw error;
    }
  }
}

/** How long to wait after the n-th failure, from 1. */
export function backoffMs(failures: number, options: RetryOptions, random: Random): number {
  const { baseMs = 200, capMs = 30_000 } = options;
  return random.next() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}

/** Resolves after a time; rejects with the reason of the signal when that comes first. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
