import type { AddFile } from "../delta/log/actions.ts";
import type { StoredColumn } from "../delta/schema/columns.ts";
import { partitionValueOf } from "../delta/partition/columns.ts";
import { canonicalPath } from "../delta/data-files/paths.ts";
import { liveRows } from "../delta/statistics/read.ts";
import type { LakeFile } from "./types.ts";

/** A file of the log as users see it. */
export function lakeFile(file: AddFile, partitions: readonly StoredColumn[]): LakeFile {
  return {
    path: canonicalPath(file.path),
    bytes: file.size,
    partition: Object.fromEntries(
      partitions.map((stored) => [stored.name, partitionValueOf(file, stored)]),
    ),
    rows: liveRows(file),
    modified: new Date(file.modificationTime),
  };
}
