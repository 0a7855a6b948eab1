/** Waits so many milliseconds, or until the signal, whose reason is thrown then. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
  signal?.throwIfAborted();
}

/**
 * Any part of a time ("full jitter"), so that rivals that met once do not meet again: drawn anew in every process.
 *
 * Source: "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
 */
export function jittered(longestMs: number): number {
  const [draw] = crypto.getRandomValues(new Uint32Array(1));
  return longestMs * (draw! / 2 ** 32);
}
