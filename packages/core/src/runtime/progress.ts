/** How far a job is. `done` never decreases within a phase; `total` is absent where it is not known. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: "rows" | "bytes" | "files" | "steps";
}

/** Options every call that takes time has. */
export interface JobOptions {
  /** Stops the job at the next safe point; its reason is thrown as it is. */
  readonly signal?: AbortSignal | undefined;
  /** Told how far the job is, at most ten times a second and at the end of each phase. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const INTERVAL_MS = 100;

/**
 * A reporter that passes on at most ten reports a second, and the last of each phase. An error a listener throws is
 * published as a warning; it never reaches the job.
 */
export function progressReporter(
  listener: JobOptions["onProgress"],
  onListenerError: (error: unknown) => void = () => {},
): (progress: Progress) => void {
  if (!listener) return () => {};
  let next = 0;
  let phase: string | undefined;
  return (progress) => {
    const now = performance.now();
    const finished = progress.total !== undefined && progress.done >= progress.total;
    if (now < next && progress.phase === phase && !finished) return;
    next = now + INTERVAL_MS;
    phase = progress.phase;
    try {
      listener(progress);
    } catch (error) {
      onListenerError(error);
    }
  };
}
