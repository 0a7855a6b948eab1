import { within } from "../read/positions.ts";
import { chunkRange } from "./chunk-range.ts";
import type { ChunkBytes, FetchedPage } from "./decode/chunk-rows.ts";
import { fetchRanges, GAP, type Range } from "./fetch-ranges.ts";
import type { ChunkMetadata } from "./format/footer.ts";
import { Malformed, placed } from "./format/malformed.ts";
import { decodeOffsetIndex, type PageLocation } from "./format/page-index.ts";
import type { RandomAccess } from "./types.ts";

/** What came of chunks, by their number. */
export type FetchedChunks = readonly (readonly [chunk: number, bytes: ChunkBytes])[];

/**
 * The bytes of chunks that have some rows of a row group, ascending: where an offset index says where pages are, those with
 * such rows; else all, since only the headers of pages before tell. Small chunks come whole: that is one request less.
 */
export async function* fetchPages(
  access: RandomAccess,
  chunks: readonly ChunkMetadata[],
  rows: Uint32Array,
  groupRows: number,
  /** Names a column in errors. */
  place: (column: string) => string,
): AsyncGenerator<FetchedChunks> {
  const known = await locationsOf(access, chunks, groupRows, place);
  const parts = chunks.map((chunk, k) => partsOf(chunk, known.get(k), rows, groupRows));
  const owners = parts.flatMap((own, k) => own.map((_, part) => ({ k, part })));
  const got = parts.map((own) => new Array<Uint8Array>(own.length));
  const missing = parts.map((own) => own.length);
  for await (const step of fetchRanges(access, parts.flat())) {
    const done: (readonly [number, ChunkBytes])[] = [];
    for (const [range, bytes] of step) {
      const { k, part } = owners[range]!;
      got[k]![part] = bytes;
      if (--missing[k]! > 0) continue;
      done.push([k, known.has(k) ? fetched(got[k]!, parts[k]!) : bytes]);
      got[k] = [];
    }
    yield done;
  }
}

interface Part extends Range {
  /** Undefined for what is before the first data page, and for a whole chunk. */
  readonly page?: Omit<FetchedPage, "bytes"> | undefined;
}

function partsOf(
  chunk: ChunkMetadata,
  pages: readonly PageLocation[] | undefined,
  rows: Uint32Array,
  groupRows: number,
): Part[] {
  const whole = chunkRange(chunk);
  if (!pages) return [whole];
  const parts: Part[] = [{ from: whole.from, to: pages[0]!.offset }];
  pages.forEach(({ offset, bytes, firstRow }, page) => {
    const end = pages[page + 1]?.firstRow ?? groupRows;
    if (within(rows, firstRow, end).length === 0) return;
    parts.push({
      from: offset,
      to: offset + bytes,
      page: { page, firstRow, rows: end - firstRow },
    });
  });
  return parts;
}

function fetched(bytes: readonly Uint8Array[], parts: readonly Part[]): ChunkBytes {
  const pages = parts.flatMap(({ page }, k) => (page ? [{ ...page, bytes: bytes[k]! }] : []));
  return { head: bytes[0]!, pages };
}

/** Where the pages of large chunks are, as far as offset indexes say it. */
async function locationsOf(
  access: RandomAccess,
  chunks: readonly ChunkMetadata[],
  groupRows: number,
  place: (column: string) => string,
): Promise<Map<number, readonly PageLocation[]>> {
  const indexed = chunks.flatMap(({ offsetIndex, compressedBytes, crypto }, k) => {
    if (!offsetIndex || crypto || compressedBytes <= 2 * GAP) return [];
    const { offset, bytes } = offsetIndex;
    const isInside = offset >= 0 && offset + bytes <= access.size;
    return isInside ? [{ k, from: offset, to: offset + bytes }] : [];
  });
  const known = new Map<number, readonly PageLocation[]>();
  for await (const step of fetchRanges(access, indexed)) {
    for (const [range, bytes] of step) {
      const { k } = indexed[range]!;
      const chunk = chunks[k]!;
      try {
        const pages = decodeOffsetIndex(bytes);
        assertInOrder(pages, chunkRange(chunk), groupRows);
        known.set(k, pages);
      } catch (error) {
        throw placed(error, `the page index of ${place(chunk.path.join("."))}`);
      }
    }
  }
  return known;
}

/** An index that says what cannot be would have rows taken for others. */
function assertInOrder(pages: readonly PageLocation[], chunk: Range, groupRows: number): void {
  let end = chunk.from;
  let row = -1;
  for (const { offset, bytes, firstRow } of pages) {
    if (offset < end || bytes <= 0 || offset + bytes > chunk.to)
      throw new Malformed(`it has a page of ${bytes} bytes at ${offset}.`);
    if (firstRow <= row || firstRow >= groupRows || (row < 0 && firstRow !== 0))
      throw new Malformed(`it has a page from row ${firstRow} on after row ${row}.`);
    end = offset + bytes;
    row = firstRow;
  }
  if (row < 0) throw new Malformed("it has no pages.");
}
