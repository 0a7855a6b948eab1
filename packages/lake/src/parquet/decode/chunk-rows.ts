import type { Decompress } from "../codec/decompress.ts";
import { Page } from "../format/constants.ts";
import type { ChunkMetadata } from "../format/footer.ts";
import { Malformed } from "../format/malformed.ts";
import { decodePageHeader, type PageHeader } from "../format/page-header.ts";
import type { ReadLeaf } from "../schema/read-tree.ts";
import { within } from "../../read/positions.ts";
import {
  type AnyValues,
  assertSensible,
  type DecodedChunk,
  pagesOf,
  placedInChunk,
  valuesOf,
} from "./column-chunk.ts";
import { Levels } from "./levels.ts";
import { openDataPage, openDictionaryPage } from "./page-content.ts";
import { entriesOfRows, ListedRows, type PickedEntries } from "./picked-entries.ts";

/** What was fetched of a chunk: all of it, or its dictionary and the pages that have rows wanted. */
export type ChunkBytes = Uint8Array | FetchedPages;

export interface FetchedPages {
  /** What stands before the first data page. */
  readonly head: Uint8Array;
  readonly pages: readonly FetchedPage[];
}

/** A data page with its header, where an offset index says it is. */
export interface FetchedPage {
  /** Its number in the chunk. */
  readonly page: number;
  readonly bytes: Uint8Array;
  readonly firstRow: number;
  readonly rows: number;
}

interface ChunkPage {
  readonly page: number;
  readonly header: PageHeader;
  readonly bytes: Uint8Array;
  /** Undefined where only the pages before tell. */
  readonly rows?: { readonly first: number; readonly count: number } | undefined;
}

/**
 * Decodes some rows of a column chunk: of pages that have none of them nothing but the header is read, and of the others
 * the levels, and as much of the values as it takes to get at those wanted.
 *
 * @param rows - of the row group, ascending
 * @param place - names the chunk in errors
 */
export function decodeRows(
  leaf: ReadLeaf,
  metadata: ChunkMetadata,
  source: ChunkBytes,
  rows: Uint32Array,
  decompress: Decompress,
  place: string,
): DecodedChunk {
  let current = place;
  try {
    assertSensible(leaf, metadata);
    const pages =
      source instanceof Uint8Array ? pagesOfWhole(source, metadata) : pagesOfFetched(source);
    const picker = new PagePicker(leaf, rows, capacityFor(leaf, metadata, pages, rows), decompress);
    for (const page of pages) {
      current = `page ${page.page} of ${place}`;
      picker.take(page);
    }
    return picker;
  } catch (error) {
    throw placedInChunk(error, current);
  }
}

/** Picks the rows out of one page after the other. */
class PagePicker implements DecodedChunk {
  readonly levels: Levels;
  readonly values: AnyValues;
  private readonly leaf: ReadLeaf;
  private readonly rows: Uint32Array;
  private readonly decompress: Decompress;
  private readonly listed: ListedRows | undefined;
  /** Until it is asked for. */
  private dictionary: ChunkPage | undefined;
  /** The last row of the pages so far. */
  private last = -1;

  constructor(leaf: ReadLeaf, rows: Uint32Array, capacity: number, decompress: Decompress) {
    this.leaf = leaf;
    this.rows = rows;
    this.decompress = decompress;
    this.levels = new Levels(leaf, capacity);
    this.values = valuesOf(leaf, capacity);
    if (leaf.context > 0) this.listed = new ListedRows(leaf, rows);
  }

  take(page: ChunkPage): void {
    if (page.header.page === Page.DICTIONARY) this.dictionary = page;
    else if (this.listed) this.takeLists(page, this.listed);
    else this.takeRows(page);
  }

  private takeRows(page: ChunkPage): void {
    const { header, rows } = page;
    const first = rows?.first ?? this.last + 1;
    if (rows && rows.count !== header.values)
      throw new Malformed(`it has ${header.values} values, the page index says ${rows.count}.`);
    this.last = first + header.values - 1;
    const wanted = Int32Array.from(
      within(this.rows, first, first + header.values),
      (row) => row - first,
    );
    if (wanted.length === 0) return;
    this.pick(page, (levels) => entriesOfRows(levels, this.leaf, wanted));
  }

  /** Which rows a page has is seen by its levels only, where no index says it: it may begin inside of one. */
  private takeLists(page: ChunkPage, listed: ListedRows): void {
    const { header, rows } = page;
    if (listed.isDone) return;
    if (rows && header.values > this.levels.capacity)
      throw new Malformed(`it has ${header.values} values, the column fewer.`);
    this.pick(page, (levels) => {
      const before = rows ? rows.first - 1 : this.last;
      const picked = listed.take(levels, header.values, before);
      this.last = picked.last;
      if (rows && (this.last - before !== rows.count || levels.repetition![0] !== 0))
        throw new Malformed(`it has not the ${rows.count} rows that the page index says.`);
      return picked;
    });
  }

  private pick({ header, bytes }: ChunkPage, choose: (levels: Levels) => PickedEntries): void {
    // First: what is decompressed lasts until the next page.
    this.readDictionary();
    const content = openDataPage(bytes, header, this.decompress);
    const levels = new Levels(this.leaf, header.values);
    const count = levels.read(header, content.levels);
    const { entries, values } = choose(levels);
    this.levels.take(levels, entries);
    if (values.length > 0) this.values.pick(header.encoding, content.values(), count, values);
  }

  private readDictionary(): void {
    if (!this.dictionary) return;
    const { header, bytes } = this.dictionary;
    const cursor = openDictionaryPage(bytes, header, this.decompress);
    this.values.readDictionary(cursor, header.values);
    this.dictionary = undefined;
  }
}

/** Entries that the rows can have at most. */
function capacityFor(
  { context }: ReadLeaf,
  { values }: ChunkMetadata,
  pages: readonly ChunkPage[],
  { length }: Uint32Array,
): number {
  if (context === 0) return length;
  let inPages = 0;
  for (const { header } of pages) if (header.page !== Page.DICTIONARY) inPages += header.values;
  return Math.min(values, inPages);
}

function pagesOfWhole(bytes: Uint8Array, { values }: ChunkMetadata): ChunkPage[] {
  return pagesOf(bytes, values).map((header, page) => ({ page, header, bytes }));
}

function pagesOfFetched({ head, pages }: FetchedPages): ChunkPage[] {
  const before: ChunkPage[] = [];
  for (let at = 0; at < head.length;) {
    const header = decodePageHeader(head, at);
    at = header.contentAt + header.compressedBytes;
    if (header.page === Page.DICTIONARY) before.push({ page: 0, header, bytes: head });
  }
  const data = pages.map(({ page, bytes, firstRow, rows }): ChunkPage => {
    const header = decodePageHeader(bytes, 0);
    if (header.page !== Page.DATA && header.page !== Page.DATA_V2)
      throw new Malformed(`the page index says that page ${page} is one of data.`);
    return { page: page + before.length, header, bytes, rows: { first: firstRow, count: rows } };
  });
  return [...before, ...data];
}
