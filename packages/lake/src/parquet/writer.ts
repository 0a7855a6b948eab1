import type { Table } from "@lakewright/core";
import { assertBatch } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { type Compressor, compressorOf } from "./codec/compress.ts";
import { encodeChunk } from "./encode/column-chunk.ts";
import { nullInRequired } from "./encode/errors.ts";
import { heldBytes } from "./encode/held-bytes.ts";
import { flatLevels, type Part, type Placed } from "./encode/levels.ts";
import { shredColumn } from "./encode/shred.ts";
import { SummaryBuilder } from "./encode/summary.ts";
import { type BloomFilter, encodeBloomFilter } from "./format/bloom-filter.ts";
import { MAGIC } from "./format/constants.ts";
import type { FileEncryptor } from "./encryption/types.ts";
import type { ChunkMetadata, FileMetadata, RowGroupMetadata } from "./format/footer.ts";
import {
  encodeColumnIndex,
  encodeOffsetIndex,
  type PageBounds,
  type PageLocation,
} from "./format/page-index.ts";
import { encodeFooter } from "./format/footer-writer.ts";
import { checkColumns } from "./schema/check-batch.ts";
import { type WriteLeaf, type WriteSchema, writeSchemaOf } from "./schema/write-tree.ts";
import type { ParquetSummary, ParquetWriteOptions, ParquetWriter } from "./types.ts";

const DEFAULT_ROW_GROUP_ROWS = 131_072;
/** A row group of wide rows is closed early, so that memory does not depend on how wide they are. */
const MOST_HELD_BYTES = 256 * 2 ** 20;
/** Until a row group tells, a file is taken to be this share of its Arrow buffers. */
const FIRST_GUESS = 0.5;

/**
 * A {@link ParquetWriter} for a table.
 *
 * Columns are stored as dictionaries, bit-packed differences or plain values, whichever is smallest; a column that the
 * codec would hardly shrink is stored uncompressed. Page format v1.
 *
 * @throws LakeError LAKE_INVALID_OPTION for an option that cannot be, LAKE_UNSUPPORTED_PARQUET for a codec that this
 * runtime lacks.
 */
export function parquetWriter(table: Table, options: ParquetWriteOptions = {}): ParquetWriter {
  return new FileWriter(table, options);
}

interface WrittenGroup extends RowGroupMetadata {
  readonly chunks: ChunkMetadata[];
}

/** What is known of the pages of a chunk. */
interface PageIndex {
  readonly rowGroup: number;
  readonly column: number;
  readonly locations: readonly PageLocation[];
  readonly bounds: PageBounds | undefined;
}

class FileWriter implements ParquetWriter {
  rows = 0;
  private readonly table: Table;
  private readonly schema: WriteSchema;
  private readonly compressor: Compressor;
  private readonly rowGroupRows: number;
  private readonly keyValues: Readonly<Record<string, string>>;
  private readonly summary: SummaryBuilder;
  private readonly filtered: ReadonlySet<WriteLeaf>;
  private readonly checksums: boolean;
  private readonly encryptor: FileEncryptor | undefined;
  private readonly indexed: boolean;
  private readonly indexes: PageIndex[] = [];
  private readonly rowGroups: WrittenGroup[] = [];
  /** The batches of the row group that fills up, with the rows of each. */
  private held: { readonly batch: RecordBatch; readonly from: number; readonly to: number }[] = [];
  private heldRows = 0;
  private heldBytes = 0;
  /** Dictionaries counted in `heldBytes`: batches may share them. */
  private readonly heldDictionaries = new Set<unknown>();
  private encodedFrom = 0;
  private offset = 0;
  private finished = false;

  constructor(table: Table, options: ParquetWriteOptions) {
    const { codec = "snappy", rowGroupRows = DEFAULT_ROW_GROUP_ROWS } = options;
    if (!Number.isSafeInteger(rowGroupRows) || rowGroupRows < 1) {
      throw new LakeError(
        "LAKE_INVALID_OPTION",
        `rowGroupRows is ${rowGroupRows}; it must be an integer from 1.`,
      );
    }
    this.table = table;
    this.schema = writeSchemaOf(table, options.fieldIds);
    this.compressor = compressorOf(codec);
    this.rowGroupRows = rowGroupRows;
    this.keyValues = options.metadata ?? {};
    this.summary = new SummaryBuilder(this.schema.leaves);
    this.filtered = filteredLeaves(this.schema.leaves, options);
    // Those of an encrypted file would have to be encrypted as well.
    this.indexed = (options.pageIndex ?? true) && !options.encryption;
    // Encrypted pages are authenticated.
    this.checksums = (options.checksums ?? false) && !options.encryption;
    this.encryptor = options.encryption?.begin(this.schema.leaves.map(({ path }) => path));
  }

  get estimatedBytes(): number {
    const ratio = this.encodedFrom > 0 ? this.offset / this.encodedFrom : FIRST_GUESS;
    return this.offset + Math.ceil(this.heldBytes * ratio);
  }

  write(batch: RecordBatch): readonly Uint8Array[] {
    this.assertOpen();
    assertBatch(batch);
    checkColumns(this.table, batch);
    const chunks: Uint8Array[] = this.start();
    const bytes = heldBytes(batch.data, this.heldDictionaries);
    for (let from = 0; from < batch.numRows;) {
      const to = Math.min(batch.numRows, from + this.rowGroupRows - this.heldRows);
      this.held.push({ batch, from, to });
      this.heldRows += to - from;
      this.heldBytes += (bytes * (to - from)) / batch.numRows;
      from = to;
      if (this.heldRows === this.rowGroupRows || this.heldBytes >= MOST_HELD_BYTES) {
        chunks.push(...this.flush());
      }
    }
    this.rows += batch.numRows;
    return chunks;
  }

  finish(): { chunks: readonly Uint8Array[]; summary: ParquetSummary } {
    this.assertOpen();
    const chunks = this.start();
    if (this.heldRows > 0) chunks.push(...this.flush());
    this.finished = true;
    chunks.push(...this.emitIndexes());
    const file: FileMetadata = {
      schema: this.schema.elements,
      rows: this.rows,
      rowGroups: this.rowGroups,
      keyValues: this.keyValues,
      createdBy: "lakewright",
      typeOrders: this.schema.leaves.map(() => true),
    };
    chunks.push(...this.emit(...(this.encryptor?.end(file) ?? plainEnd(file))));
    return { chunks, summary: this.summary.build(this.rows, this.offset) };
  }

  /** Every ColumnIndex, then every OffsetIndex: as a reader that skips pages takes them. */
  private emitIndexes(): Uint8Array[] {
    const encoded: Uint8Array[] = [];
    const place = (
      { rowGroup, column }: PageIndex,
      which: "columnIndex" | "offsetIndex",
      bytes: Uint8Array,
    ): void => {
      const chunk = this.rowGroups[rowGroup]!.chunks[column]!;
      const at = { offset: this.offset, bytes: bytes.length };
      this.rowGroups[rowGroup]!.chunks[column] = { ...chunk, [which]: at };
      encoded.push(...this.emit(bytes));
    };
    for (const index of this.indexes)
      if (index.bounds) place(index, "columnIndex", encodeColumnIndex(index.bounds));
    for (const index of this.indexes)
      place(index, "offsetIndex", encodeOffsetIndex(index.locations));
    return encoded;
  }

  private start(): Uint8Array[] {
    return this.offset === 0 ? this.emit(this.encryptor?.magic ?? MAGIC) : [];
  }

  private emit(...chunks: Uint8Array[]): Uint8Array[] {
    for (const chunk of chunks) this.offset += chunk.length;
    return chunks;
  }

  /** Encodes what is held as one row group. */
  private flush(): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    const metadata: ChunkMetadata[] = [];
    const filters: { readonly column: number; readonly filter: BloomFilter }[] = [];
    let bytes = 0;
    const encode = (leaf: WriteLeaf, placed: Placed): void => {
      const chunk = encodeChunk(leaf, placed, this.compressor, this.offset, {
        filtered: this.filtered.has(leaf),
        checksums: this.checksums,
        indexed: this.indexed,
      });
      if (chunk.filter) filters.push({ column: metadata.length, filter: chunk.filter });
      this.summary.add(leaf, chunk);
      const { locations, bounds } = chunk;
      if (this.indexed) {
        const column = metadata.length;
        this.indexes.push({ rowGroup: this.rowGroups.length, column, locations, bounds });
      }
      const stored = this.encryptor
        ? this.encryptor.chunk(chunk.bytes, chunk.metadata, this.rowGroups.length, metadata.length)
        : chunk;
      metadata.push(stored.metadata);
      bytes += stored.metadata.uncompressedBytes;
      chunks.push(...this.emit(stored.bytes));
    };
    this.schema.columns.forEach((node, k) => {
      const slices = this.held.map(({ batch, from, to }): Part => {
        const data = batch.data.children[k]!;
        return { data, from, to, count: to - from };
      });
      if (node.kind === "leaf") {
        const flat = flatLevels(slices);
        if (!node.nullable && flat.levels.validity) throw nullInRequired(node.name);
        encode(node, flat);
      } else {
        for (const [leaf, placed] of shredColumn(node, slices)) encode(leaf, placed);
      }
    });
    for (const { column, filter } of filters) {
      const encoded = encodeBloomFilter(filter);
      metadata[column] = {
        ...metadata[column]!,
        bloomFilterOffset: this.offset,
        bloomFilterBytes: encoded.length,
      };
      chunks.push(...this.emit(encoded));
    }
    this.rowGroups.push({ chunks: metadata, bytes, rows: this.heldRows });
    this.encodedFrom += this.heldBytes;
    this.held = [];
    this.heldRows = 0;
    this.heldBytes = 0;
    this.heldDictionaries.clear();
    return chunks;
  }

  private assertOpen(): void {
    if (this.finished)
      throw new TypeError("This Parquet writer has finished its file: make another.");
  }
}

/** @throws LakeError LAKE_INVALID_OPTION for a path that is no column, or has no values a filter is for. */
function filteredLeaves(
  leaves: readonly WriteLeaf[],
  { bloomFilters = [], encryption }: ParquetWriteOptions,
): ReadonlySet<WriteLeaf> {
  if (encryption && bloomFilters.length > 0) {
    throw new LakeError("LAKE_INVALID_OPTION", "bloomFilters: an encrypted file has none.");
  }
  return new Set(
    bloomFilters.map((path) => {
      const leaf = leaves.find((candidate) => candidate.path.join(".") === path);
      if (leaf && leaf.column.type.kind !== "bool") return leaf;
      throw new LakeError(
        "LAKE_INVALID_OPTION",
        `bloomFilters names "${path}", which is ${leaf ? "true or false" : "no column"}.`,
        { details: { column: path } },
      );
    }),
  );
}

function plainEnd(file: FileMetadata): readonly Uint8Array[] {
  const footer = encodeFooter(file);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, footer.length, true);
  return [footer, size, MAGIC];
}
