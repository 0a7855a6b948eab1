import { type JobOptions, type Progress, progressReporter, warn } from "@lakewright/core";

/** Work between two breaths of the event loop, in milliseconds. */
const STRETCH_MS = 20;

/** A long computation on the one thread there is: it can be stopped, tells how far it is, and lets others run. */
export interface Job {
  /**
   * Says that `done` of `total` steps of a phase are done. Call it often and await what it returns.
   *
   * @throws the reason of the signal, once it is aborted.
   */
  step(phase: string, done: number, total: number): Promise<void> | undefined;
}

/** A {@link Job} with a caller's signal and listener. */
export function startJob(options: JobOptions = {}): Job {
  const { signal, onProgress } = options;
  const report = progressReporter(onProgress, (error) =>
    warn("ML_LISTENER_FAILED", "A progress listener threw.", { error }),
  );
  let breathAt = performance.now() + STRETCH_MS;
  signal?.throwIfAborted();
  return {
    step(phase, done, total) {
      signal?.throwIfAborted();
      report({ phase, done, total, unit: "steps" } satisfies Progress);
      if (performance.now() < breathAt) return undefined;
      return breath().then(() => {
        signal?.throwIfAborted();
        breathAt = performance.now() + STRETCH_MS;
      });
    },
  };
}

function breath(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
