import { type Compressor, uncompressed } from "../codec/compress.ts";
import type { BloomFilter } from "../format/bloom-filter.ts";
import { ByteSink } from "../format/byte-sink.ts";
import { Encoding, Page } from "../format/constants.ts";
import type { ChunkMetadata } from "../format/footer.ts";
import { encodeDataPageHeader, encodeDictionaryPageHeader } from "../format/footer-writer.ts";
import type { WriteLeaf } from "../schema/write-tree.ts";
import { bloomFilterOf } from "./bloom-filter.ts";
import { chooseLayout, storedWidth } from "./choose.ts";
import { gatherValues } from "./gather.ts";
import type { Placed } from "./levels.ts";
import { encodePages, type RawPage } from "./pages.ts";
import { chunkStatistics, countNaN, type Extremes } from "./statistics.ts";

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
}

/**
 * Encodes the values of a leaf in one row group; `offset` is where the chunk will stand in the file. With `filtered` a Bloom
 * filter is made of them.
 */
export function encodeChunk(
  leaf: WriteLeaf,
  { levels, parts }: Placed,
  compressor: Compressor,
  offset: number,
  filtered: boolean,
): EncodedChunk {
  const values = gatherValues(leaf, parts, levels.values);
  const { layout, extremes } = chooseLayout(leaf, values);
  const pages = encodePages(leaf, levels, layout);
  const { codec, bodies } = compressPages(pages, compressor);
  const chunk = new ByteSink(totalOf(bodies) + 64 * bodies.length);
  let uncompressedBytes = 0;
  let dataPageOffset = offset;
  pages.forEach((page, k) => {
    const header = encodePageHeader(page, bodies[k]!.length, layout.encoding);
    chunk.writeBytes(header);
    chunk.writeBytes(bodies[k]!);
    uncompressedBytes += header.length + page.bytes.length;
    if (page.dictionary) dataPageOffset = offset + chunk.length;
  });
  const bytes = chunk.view();
  const nullCount = levels.slots - levels.values;
  // Extremes over the elements of lists are of no use to anyone who prunes by row.
  const ordered = leaf.repetition === 0 ? extremes : undefined;
  const dataPages = pages.length - (layout.dictionary ? 1 : 0);
  return {
    bytes,
    nullCount,
    nanCount: countNaN(leaf.column.type, values),
    extremes: ordered,
    filter: filtered ? bloomFilterOf(values) : undefined,
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
      statistics: chunkStatistics(leaf.column.type, storedWidth(leaf), nullCount, ordered),
      encodingCounts: [
        ...(layout.dictionary
          ? [{ page: Page.DICTIONARY, encoding: Encoding.PLAIN, count: 1 }]
          : []),
        { page: Page.DATA, encoding: layout.encoding, count: dataPages },
      ],
    },
  };
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

function encodePageHeader(page: RawPage, bodyBytes: number, encoding: number): Uint8Array {
  return page.dictionary
    ? encodeDictionaryPageHeader(page.bytes.length, bodyBytes, page.count, Encoding.PLAIN)
    : encodeDataPageHeader(page.bytes.length, bodyBytes, page.count, encoding, Encoding.RLE);
}
