import { type JobOptions, progressReporter, warn } from "@lakewright/core";

/** Tells a listener how far a job is; one that throws is warned of, and the job goes on. */
export function progressOf(
  onProgress: JobOptions["onProgress"],
): ReturnType<typeof progressReporter> {
  return progressReporter(onProgress, (error) =>
    warn("LAKE_PROGRESS_LISTENER", "A progress listener failed.", { cause: error }),
  );
}
