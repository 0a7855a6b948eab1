import type { AddFile } from "../delta/log/actions.ts";

/** The metrics Spark gives an OPTIMIZE, without those of its own making. */
export function compactMetrics(
  removed: readonly AddFile[],
  added: readonly AddFile[],
): Record<string, number> {
  const sizes = added.map((file) => file.size).sort((a, b) => a - b);
  const quantile = (share: number): number =>
    sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))] ?? 0;
  return {
    numAddedFiles: added.length,
    numAddedBytes: total(added),
    numRemovedFiles: removed.length,
    numRemovedBytes: total(removed),
    numDeletionVectorsRemoved: removed.filter((file) => file.deletionVector).length,
    minFileSize: quantile(0),
    p25FileSize: quantile(0.25),
    p50FileSize: quantile(0.5),
    p75FileSize: quantile(0.75),
    maxFileSize: quantile(1),
  };
}

function total(files: readonly AddFile[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}
