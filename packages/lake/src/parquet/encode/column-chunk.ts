import { checksum } from "../codec/checksum.ts";
import { type Compressor, uncompressed } from "../codec/compress.ts";
import type { BloomFilter } from "../format/bloom-filter.ts";
import { ByteSink } from "../format/byte-sink.ts";
import { Encoding, Page } from "../format/constants.ts";
import type { ChunkMetadata } from "../format/footer.ts";
import { encodeDataPageHeader, encodeDictionaryPageHeader } from "../format/footer-writer.ts";
import type { PageBounds, PageLocation } from "../format/page-index.ts";
import type { WriteLeaf } from "../schema/write-tree.ts";
import { bloomFilterOf } from "./bloom-filter.ts";
import { chooseLayout, storedWidth } from "./choose.ts";
import { gatherValues } from "./gather.ts";
import type { Levels, Placed } from "./levels.ts";
import { pageBoundsOf, pageExtremes, type PageValues } from "./page-bounds.ts";
import { encodePages, type RawPage } from "./pages.ts";
import { chunkStatistics, countNaN, type Extremes, extremesOf, widened } from "./statistics.ts";

/** Compression must save this share of a chunk to be worth undoing at every read. */
const WORTH_COMPRESSING = 0.1;
/** A chunk of more bytes than this is judged by a sample first. */
const TRY_WHOLE = 1 << 17;
const SAMPLE = 1 << 15;

/** Reused, as the one that pages are built in. */
const sink = new ByteSink(4096);

export interface EncodedChunk {
  readonly bytes: Uint8Array;
  readonly metadata: ChunkMetadata;
  readonly nullCount: number;
  readonly nanCount: number;
  readonly extremes: Extremes | undefined;
  readonly filter: BloomFilter | undefined;
  readonly locations: readonly PageLocation[];
  /** Undefined for columns without an order. */
  readonly bounds: PageBounds | undefined;
}

export interface ChunkOptions {
  /** Whether a Bloom filter is made of the values. */
  readonly filtered?: boolean | undefined;
  /** Whether bounds of pages are kept for a page index. */
  readonly indexed?: boolean | undefined;
  /** Whether pages say their CRC-32. */
  readonly checksums?: boolean | undefined;
}

/**
 * Encodes the values of a leaf in one row group; `offset` is where the chunk will stand in the file.
 */
export function encodeChunk(
  leaf: WriteLeaf,
  { levels, parts }: Placed,
  compressor: Compressor,
  offset: number,
  { filtered = false, checksums = false, indexed = false }: ChunkOptions = {},
): EncodedChunk {
  const gathered = gatherValues(leaf, parts, levels.values);
  const { layout, values, distinct } = chooseLayout(leaf, gathered);
  const pages = encodePages(leaf, levels, layout);
  const { codec, bodies } = compressPages(pages, compressor);
  const chunk = new ByteSink(totalOf(bodies) + 64 * bodies.length);
  let uncompressedBytes = 0;
  let dataPageOffset = offset;
  const locations: PageLocation[] = [];
  let slot = 0;
  let row = 0;
  pages.forEach((page, k) => {
    const at = offset + chunk.length;
    const header = encodePageHeader(page, bodies[k]!, layout.encoding, checksums);
    chunk.writeBytes(header);
    chunk.writeBytes(bodies[k]!);
    uncompressedBytes += header.length + page.bytes.length;
    if (page.dictionary) {
      dataPageOffset = offset + chunk.length;
      return;
    }
    locations.push({ offset: at, bytes: offset + chunk.length - at, firstRow: row });
    row += rowsWithin(levels, slot, slot + page.count);
    slot += page.count;
  });
  const bytes = chunk.view();
  const nullCount = levels.slots - levels.values;
  // Extremes over the elements of lists are of no use to anyone who prunes by row.
  const isOrdered = leaf.repetition === 0;
  const dataPages = locations.length;
  const { type } = leaf.column;
  const ofPages = indexed && isOrdered ? pageExtremes(type, values, valuesOfPages(pages)) : [];
  // Those of pages have looked at every value: only a dictionary is quicker.
  const extremes =
    ofPages.length > 1 && distinct === values && values.kind !== "codes"
      ? ofPages.map((page) => page.extremes).reduce(widened)
      : extremesOf(type, distinct);
  const ordered = isOrdered ? extremes : undefined;
  return {
    bytes,
    nullCount,
    nanCount: countNaN(type, gathered),
    extremes: ordered,
    locations,
    bounds: pageBoundsOf(type, storedWidth(leaf), ofPages),
    filter: filtered ? bloomFilterOf(gathered) : undefined,
    metadata: {
      type: leaf.type.type,
      encodings: layout.dictionary
        ? [Encoding.PLAIN, Encoding.RLE, layout.encoding]
        : [Encoding.RLE, layout.encoding],
      path: leaf.schemaPath,
      codec,
      values: levels.slots,
      uncompressedBytes,
      compressedBytes: bytes.length,
      dictionaryPageOffset: layout.dictionary ? offset : undefined,
      dataPageOffset,
      statistics: chunkStatistics(type, storedWidth(leaf), nullCount, ordered),
      encodingCounts: [
        ...(layout.dictionary
          ? [{ page: Page.DICTIONARY, encoding: Encoding.PLAIN, count: 1 }]
          : []),
        { page: Page.DATA, encoding: layout.encoding, count: dataPages },
      ],
    },
  };
}

function valuesOfPages(pages: readonly RawPage[]): readonly PageValues[] {
  return pages
    .filter((page) => !page.dictionary)
    .map(({ from, to, count }) => ({ from, to, nulls: count - (to - from) }));
}

/** Rows that begin among slots. */
function rowsWithin({ repetition }: Levels, from: number, to: number): number {
  if (!repetition) return to - from;
  let rows = 0;
  for (let slot = from; slot < to; slot++) if (repetition[slot] === 0) rows++;
  return rows;
}

/** The pages as they are stored. The codec is the same for all pages of a chunk, and none where it saves too little. */
function compressPages(
  pages: readonly RawPage[],
  compressor: Compressor,
): { readonly codec: number; readonly bodies: readonly Uint8Array[] } {
  const raw = { codec: uncompressed.codec, bodies: pages.map((page) => page.bytes) };
  const total = totalOf(raw.bodies);
  if (compressor === uncompressed) return raw;
  const most = (1 - WORTH_COMPRESSING) * total;
  if (total > TRY_WHOLE && estimateCompressed(pages, compressor) > most) return raw;
  sink.restart();
  const ends = pages.map((page) => {
    compressor.compress(page.bytes, sink);
    return sink.length;
  });
  const bodies = ends.map((end, k) => sink.bytes.subarray(k === 0 ? 0 : ends[k - 1], end));
  return totalOf(bodies) > most ? raw : { codec: compressor.codec, bodies };
}

/** From the middle of the dictionary and of the first data page, which stands for the others. */
function estimateCompressed(pages: readonly RawPage[], compressor: Compressor): number {
  let estimate = 0;
  for (const isDictionary of [true, false]) {
    const kind = pages.filter((page) => page.dictionary === isDictionary).map(({ bytes }) => bytes);
    const [first] = kind;
    if (first === undefined || first.length === 0) continue;
    const from = Math.max(0, (first.length - SAMPLE) >> 1);
    const sample = first.subarray(from, from + SAMPLE);
    sink.length = 0;
    compressor.compress(sample, sink);
    estimate += (totalOf(kind) * sink.length) / sample.length;
  }
  return estimate;
}

function totalOf(arrays: readonly Uint8Array[]): number {
  return arrays.reduce((sum, array) => sum + array.length, 0);
}

function encodePageHeader(
  { bytes, count, dictionary }: RawPage,
  body: Uint8Array,
  encoding: number,
  checksums: boolean,
): Uint8Array {
  const crc = checksums ? checksum(body) : undefined;
  return dictionary
    ? encodeDictionaryPageHeader(bytes.length, body.length, count, Encoding.PLAIN, crc)
    : encodeDataPageHeader(bytes.length, body.length, count, encoding, Encoding.RLE, crc);
}
