import type { Decompress } from "../codec/decompress.ts";
import { Encoding, Page, Physical } from "../format/constants.ts";
import type { ChunkMetadata } from "../format/footer.ts";
import { Malformed, placed } from "../format/malformed.ts";
import { decodePageHeader, type PageHeader } from "../format/page-header.ts";
import type { ReadLeaf } from "../schema/read-tree.ts";
import { BoolValues } from "./bool-values.ts";
import { ByteValues } from "./byte-values.ts";
import { FixedValues } from "./fixed-values.ts";
import { Levels } from "./levels.ts";
import { openDataPage, openDictionaryPage } from "./page-content.ts";

/** A column chunk out of its pages: values without nulls, and the levels that place them. */
export interface DecodedChunk {
  readonly levels: Levels;
  readonly values: AnyValues;
}

export type AnyValues = FixedValues | ByteValues | BoolValues;

/** More values than this are believed only of a chunk of some size: runs take few bytes, and pages have headers. */
const MANY = 2 ** 24;
const MOST_A_BYTE = 2 ** 16;

/** Encodings whose pages have all bytes of their texts. */
const WHOLE: ReadonlySet<number> = new Set([Encoding.PLAIN, Encoding.DELTA_LENGTH_BYTE_ARRAY]);
/** Text seldom gets smaller than to this share. */
const MOST_RATIO = 20;

const widths: Readonly<Record<number, number>> = {
  [Physical.INT32]: 4,
  [Physical.FLOAT]: 4,
  [Physical.INT64]: 8,
  [Physical.DOUBLE]: 8,
  [Physical.INT96]: 12,
};

/**
 * Decodes the pages of a column chunk.
 *
 * @param bytes - the chunk as it is in the file
 * @param place - names the chunk in errors
 */
export function decodeChunk(
  leaf: ReadLeaf,
  metadata: ChunkMetadata,
  bytes: Uint8Array,
  decompress: Decompress,
  place: string,
): DecodedChunk {
  let current = place;
  try {
    assertSensible(leaf, metadata);
    const pages = pagesOf(bytes, metadata.values);
    const levels = new Levels(leaf, metadata.values);
    const values = valuesOf(leaf, metadata.values);
    if (values instanceof ByteValues) values.expect(plainBytes(pages, bytes.length));
    pages.forEach((header, k) => {
      current = `page ${k} of ${place}`;
      if (header.page === Page.DICTIONARY) {
        values.readDictionary(openDictionaryPage(bytes, header, decompress), header.values);
        return;
      }
      const content = openDataPage(bytes, header, decompress);
      const count = levels.read(header, content.levels);
      values.read(header.encoding, content.values(), count);
    });
    return { levels, values };
  } catch (error) {
    throw placedInChunk(error, current);
  }
}

/** Whether a chunk can hold what the file says of it. */
export function assertSensible(
  leaf: ReadLeaf,
  { type, values, compressedBytes }: ChunkMetadata,
): void {
  if (type !== leaf.physical)
    throw new Malformed(`it holds the type ${type}, the schema says ${leaf.physical}.`);
  if (values > MANY && values > MOST_A_BYTE * compressedBytes)
    throw new Malformed(`${compressedBytes} bytes cannot hold ${values} values.`);
}

export function placedInChunk(error: unknown, place: string): unknown {
  const tooLarge = error instanceof RangeError && /alloc|length/i.test(error.message);
  return placed(
    tooLarge ? new Malformed(`its sizes make no sense: ${error.message}.`) : error,
    place,
  );
}

/** The headers of dictionary and data pages, as many as there are values. */
export function pagesOf(bytes: Uint8Array, values: number): PageHeader[] {
  const pages: PageHeader[] = [];
  let found = 0;
  for (let at = 0; found < values && at < bytes.length;) {
    const header = decodePageHeader(bytes, at);
    at = header.contentAt + header.compressedBytes;
    if (header.page === Page.DATA || header.page === Page.DATA_V2) found += header.values;
    else if (header.page !== Page.DICTIONARY) continue;
    pages.push(header);
  }
  if (found !== values) throw new Malformed(`its pages have ${found} of ${values} values.`);
  return pages;
}

/** About how many bytes of text pages have: not more than they can have by what was read of them. */
function plainBytes(pages: readonly PageHeader[], chunkBytes: number): number {
  let total = 0;
  for (const { page, encoding, uncompressedBytes } of pages)
    if (page !== Page.DICTIONARY && WHOLE.has(encoding)) total += uncompressedBytes;
  return Math.min(total, MOST_RATIO * chunkBytes);
}

/** Takes the values of a leaf, so many at most. */
export function valuesOf(leaf: ReadLeaf, capacity: number): AnyValues {
  if (leaf.physical === Physical.BYTE_ARRAY) {
    // Text in lists and structs is written out: nobody looks for dictionaries there.
    return new ByteValues(capacity, leaf.path.length === 1 && leaf.column.type.kind === "utf8");
  }
  if (leaf.physical === Physical.BOOLEAN) return new BoolValues(capacity);
  const width = widths[leaf.physical] ?? leaf.typeLength;
  if (!(width > 0)) throw new Malformed(`its values have ${width} bytes.`);
  return new FixedValues(leaf.physical, width, capacity);
}
