import type { AddFile } from "../delta/log/actions.ts";
import { liveRows } from "../delta/statistics/read.ts";

/** A file with a larger share of deleted rows is rewritten for that alone, as Spark does. */
const MOST_DELETED = 0.05;

/** Files of one partition that become one. */
export interface Bin {
  readonly files: readonly AddFile[];
  readonly bytes: number;
}

/** Groups files by their partition, in the order in which they were written. */
export function byPartition(
  files: Iterable<AddFile>,
  columns: readonly string[],
): ReadonlyMap<string, readonly AddFile[]> {
  const partitions = new Map<string, AddFile[]>();
  for (const file of files) {
    const key = JSON.stringify(columns.map((name) => file.partitionValues[name] || null));
    const there = partitions.get(key);
    if (there) there.push(file);
    else partitions.set(key, [file]);
  }
  for (const group of partitions.values()) {
    group.sort((a, b) => a.modificationTime - b.modificationTime);
  }
  return partitions;
}

/**
 * Puts the files of a partition that are smaller than the target into bins of about the target, in their order. A bin of
 * one file is no work, unless many of its rows are deleted.
 */
export function packFiles(files: readonly AddFile[], targetBytes: number): readonly Bin[] {
  const bins: Bin[] = [];
  let open: AddFile[] = [];
  let bytes = 0;
  const close = (): void => {
    if (open.length > 1 || open.some(isWorn)) bins.push({ files: open, bytes });
    open = [];
    bytes = 0;
  };
  for (const file of files) {
    if (file.size >= targetBytes) {
      if (isWorn(file)) bins.push({ files: [file], bytes: file.size });
      continue;
    }
    if (bytes + file.size > targetBytes) close();
    open.push(file);
    bytes += file.size;
  }
  close();
  return bins;
}

function isWorn(file: AddFile): boolean {
  const { deletionVector } = file;
  if (!deletionVector) return false;
  const live = liveRows(file);
  if (live === undefined) return true;
  return deletionVector.cardinality / (live + deletionVector.cardinality) > MOST_DELETED;
}
