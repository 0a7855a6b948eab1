import { type JobOptions, progressReporter, warn } from "@lakewright/core";

/** Tells a listener how many rows of the data have been read; the last time, that these are all. */
export function readReporter({
  onProgress,
}: Pick<JobOptions, "onProgress">): (done: number, total?: number) => void {
  const report = progressReporter(onProgress, (error) => {
    warn("WAREHOUSE_PROGRESS_LISTENER", "A progress listener threw.", { error });
  });
  return (done, total) => {
    report({ phase: "read", done, ...(total !== undefined && { total }), unit: "rows" });
  };
}
