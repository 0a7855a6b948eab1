import type { Rewritten } from "./file-rewrite.ts";
import type { ChangeResult } from "./types.ts";

type Counts = Pick<ChangeResult, "rowsDeleted" | "rowsUpdated" | "rowsInserted"> &
  Rewritten["counts"];

/** What a change did, by the names Spark has for it: DeltaOperations.scala of delta-io/delta. */
export function operationMetrics(
  operation: string,
  counts: Counts,
  { bytesRemoved, changeFiles, deletionVectorsRemoved }: Rewritten,
): Record<string, number> {
  const { rowsDeleted, rowsUpdated, rowsInserted, rowsCopied } = counts;
  const { filesAdded, filesRemoved, deletionVectorsAdded, bytesAdded } = counts;
  const vectors = {
    numDeletionVectorsAdded: deletionVectorsAdded,
    numDeletionVectorsRemoved: deletionVectorsRemoved,
  };
  if (operation === "MERGE") {
    return {
      numTargetRowsInserted: rowsInserted,
      numTargetRowsUpdated: rowsUpdated,
      numTargetRowsDeleted: rowsDeleted,
      numTargetRowsCopied: rowsCopied,
      numOutputRows: rowsInserted + rowsUpdated + rowsCopied,
      numTargetFilesAdded: filesAdded,
      numTargetFilesRemoved: filesRemoved,
      numTargetBytesAdded: bytesAdded,
      numTargetBytesRemoved: bytesRemoved,
      numTargetChangeFilesAdded: changeFiles,
      numTargetDeletionVectorsAdded: deletionVectorsAdded,
      numTargetDeletionVectorsRemoved: deletionVectorsRemoved,
    };
  }
  const files = {
    numCopiedRows: rowsCopied,
    numAddedFiles: filesAdded,
    numRemovedFiles: filesRemoved,
    numAddedBytes: bytesAdded,
    numRemovedBytes: bytesRemoved,
    numAddedChangeFiles: changeFiles,
    ...vectors,
  };
  switch (operation) {
    case "DELETE":
      return { numDeletedRows: rowsDeleted, ...files };
    case "UPDATE":
      return { numUpdatedRows: rowsUpdated, ...files };
    default:
      // WRITE: rows that replace others.
      return {
        numFiles: filesAdded,
        numOutputRows: rowsInserted + rowsUpdated + rowsCopied,
        numOutputBytes: bytesAdded,
        numDeletedRows: rowsDeleted,
        ...files,
      };
  }
}
