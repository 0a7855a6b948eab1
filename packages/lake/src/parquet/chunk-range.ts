import type { Range } from "./fetch-ranges.ts";
import type { ChunkMetadata } from "./format/footer.ts";

/** Where the pages of a chunk are. */
export function chunkRange(chunk: ChunkMetadata): Range {
  const { dataPageOffset, dictionaryPageOffset, compressedBytes } = chunk;
  // Some writers give 0 for "no dictionary".
  const hasDictionary = dictionaryPageOffset !== undefined && dictionaryPageOffset > 0;
  const from = hasDictionary ? Math.min(dictionaryPageOffset, dataPageOffset) : dataPageOffset;
  return { from, to: from + compressedBytes };
}
