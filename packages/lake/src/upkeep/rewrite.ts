import type { AddFile } from "../delta/log/actions.ts";
import type { Bin } from "./bins.ts";
import { readStored, type StoredSource } from "./read-stored.ts";
import { sortRows } from "./sorted-batches.ts";
import type { StoredWriter } from "./stored-writer.ts";

/** Writes the rows of some files as one file, in their order. Rows that are all deleted leave none. */
export async function rewriteBin(
  source: StoredSource,
  { files }: Bin,
  writer: StoredWriter,
): Promise<void> {
  let begun = false;
  for await (const { batch } of readStored(source, files)) {
    if (!begun) writer.begin(files[0]!.partitionValues, shared(files));
    begun = true;
    await writer.write(batch);
  }
  if (begun) await writer.end();
}

/** Writes the rows of some files along a curve, as files of about one size. */
export async function rewriteSorted(
  source: StoredSource,
  { files, bytes }: Bin,
  writer: StoredWriter,
  curve: readonly number[],
  targetBytes: number,
  maxBytes: number,
): Promise<void> {
  const sorted = await sortRows(source, files, curve, maxBytes);
  const each = Math.ceil(sorted.rows / Math.max(1, Math.ceil(bytes / targetBytes)));
  let room = 0;
  for await (const batch of sorted.batches()) {
    for (let from = 0; from < batch.numRows;) {
      if (room === 0) {
        writer.begin(files[0]!.partitionValues, shared(files));
        room = each;
      }
      const count = Math.min(room, batch.numRows - from);
      const isWhole = count === batch.numRows;
      await writer.write(isWhole ? batch : batch.slice(from, from + count));
      from += count;
      room -= count;
      if (room === 0) await writer.end();
    }
  }
  if (room > 0) await writer.end();
}

/** What the log says of all of the files, and so of those that take their place: tags and the clustering provider. */
function shared(files: readonly AddFile[]): Partial<AddFile> {
  const [first] = files;
  const tags = Object.entries(first!.tags ?? {}).filter(([key, value]) =>
    files.every((file) => file.tags?.[key] === value),
  );
  const { clusteringProvider } = first!;
  const clustered =
    clusteringProvider !== undefined &&
    files.every((file) => file.clusteringProvider === clusteringProvider);
  return {
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    ...(clustered && { clusteringProvider }),
  };
}
