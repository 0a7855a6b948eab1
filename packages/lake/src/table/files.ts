import type { AddFile } from "../delta/actions.ts";
import type { Layout } from "../delta/layout.ts";
import { partitionValueOf } from "../delta/partition-columns.ts";
import { decodePath } from "../delta/paths.ts";
import { liveRows } from "../delta/stats-read.ts";
import type { LakeFile } from "./types.ts";

/** A file of the log as users see it. */
export function lakeFile(file: AddFile, layout: Layout): LakeFile {
  return {
    path: decodePath(file.path),
    bytes: file.size,
    partition: Object.fromEntries(
      layout.partitionBy.map((name) => [name, partitionValueOf(file, layout.byName.get(name)!)]),
    ),
    rows: liveRows(file),
    modified: new Date(file.modificationTime),
  };
}
