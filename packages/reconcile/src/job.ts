import { type JobOptions, type Progress, progressReporter } from "@lakewright/core";

/** What long work reports to, and where it stops. */
export interface Job {
  readonly report: (progress: Progress) => void;
  /** Throws where the job was aborted, and now and then lets other work run first. */
  pause(): Promise<void>;
}

/** Work is interrupted after this time, so that a page stays alive and an abort is heard. */
const SLICE_MS = 40;

/** The {@link Job} of some options. Throws where it is aborted before it starts. */
export function jobOf(options: JobOptions): Job {
  const { signal } = options;
  signal?.throwIfAborted();
  let since = performance.now();
  return {
    report: progressReporter(options.onProgress),
    pause: async () => {
      signal?.throwIfAborted();
      if (performance.now() - since < SLICE_MS) return;
      await new Promise<void>((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      since = performance.now();
    },
  };
}
