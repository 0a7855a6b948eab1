import type { AddFile, RemoveFile } from "../delta/log/actions.ts";

/** The action that takes a file out of the table. */
export function removeOf(file: AddFile, now: number): RemoveFile {
  const { path, partitionValues, size, tags, deletionVector } = file;
  const { baseRowId, defaultRowCommitVersion } = file;
  return {
    path,
    deletionTimestamp: now,
    dataChange: true,
    extendedFileMetadata: true,
    partitionValues,
    size,
    ...(tags && { tags }),
    ...(deletionVector && { deletionVector }),
    ...(baseRowId !== undefined && { baseRowId }),
    ...(defaultRowCommitVersion !== undefined && { defaultRowCommitVersion }),
  };
}
