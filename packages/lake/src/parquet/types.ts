import type { Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { ParquetEncryption } from "./encryption/types.ts";

/** The compression of the pages of a column. Reading also takes brotli, lz4 and lz4_raw. */
export type ParquetCodec = "none" | "snappy" | "gzip" | "zstd";

export interface ParquetWriteOptions {
  /** Default "snappy", which every reader and every runtime has. "zstd" is smaller and needs Node. */
  readonly codec?: ParquetCodec | undefined;
  /** Rows of a row group, fewer where they would take more than 256 MiB. Default 131,072. */
  readonly rowGroupRows?: number | undefined;
  /**
   * Column paths joined by dots (`address.city`, `tags.element`, `labels.key`) to Parquet field ids, as Delta's and
   * Iceberg's column mapping need them. A path that is no column is left out.
   */
  readonly fieldIds?: ReadonlyMap<string, number> | undefined;
  /** Written to the footer as it is. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * Column paths joined by dots of which each row group gets a Bloom filter (1 % false positives), so that readers looking
   * for a value skip the others: worth it for keys that are neither sorted nor few. Default none.
   */
  readonly bloomFilters?: readonly string[] | undefined;
  /**
   * Writes where pages are and the bounds of their values, so that readers skip pages (Spark, DataFusion, Trino). Encrypted
   * files have none. Default true.
   */
  readonly pageIndex?: boolean | undefined;
  /** Writes the CRC-32 of each page, which readers verify where it is there. Default false. */
  readonly checksums?: boolean | undefined;
  /** Encrypts columns and footer: `parquetEncryption` of `@lakewright/lake/encryption`. Default none. */
  readonly encryption?: ParquetEncryption | undefined;
}

/**
 * What a leaf column of a file holds. Values are as they are compared: integers and days as number, 64-bit integers,
 * timestamps (in the unit of the column) and decimals (unscaled) as bigint, floats as number, text as text.
 */
export interface ColumnStatistics {
  /** Path of the leaf: `["address", "city"]`, `["tags", "element"]`, `["labels", "value"]`. */
  readonly path: readonly string[];
  readonly nullCount: number;
  /** NaN values, which are in no min and max; absent where there are none or nobody counted. */
  readonly nanCount?: number | undefined;
  /** Absent where every value is null or NaN, and for types without an order (binary, bool, lists and maps). */
  readonly min?: number | bigint | string | undefined;
  readonly max?: number | bigint | string | undefined;
}

export interface ParquetSummary {
  readonly rows: number;
  readonly bytes: number;
  /** Of the whole file, one a leaf column in schema order. */
  readonly columns: readonly ColumnStatistics[];
}

/**
 * Encodes batches of one table as one Parquet file. Chunks come out as row groups fill, so memory holds one row group;
 * the file is their concatenation.
 */
export interface ParquetWriter {
  /** Takes a batch that conforms to the table (text may be dictionaries) and returns the bytes that are now final. */
  write(batch: RecordBatch): readonly Uint8Array[];
  /** Returns the rest of the file with its footer. The writer is then used up. */
  finish(): { readonly chunks: readonly Uint8Array[]; readonly summary: ParquetSummary };
  /** Bytes returned so far plus an estimate of what is held, to close a file near a target size. */
  readonly estimatedBytes: number;
  readonly rows: number;
}

/** Bytes that can be read by range: a file, an object, a response to range requests. */
export interface RandomAccess {
  readonly size: number;
  /** The bytes [from, to). */
  read(from: number, to: number): Promise<Uint8Array>;
  /** The keys of the file, where `encryption` does not give others. */
  readonly encryption?: ParquetEncryption | undefined;
}

export interface ParquetReadOptions {
  /** Columns in the order wanted; `address.city` is a struct with this field only. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Row groups by index. Default all. */
  readonly rowGroups?: readonly number[] | undefined;
  /**
   * Rows by their position in the file, ascending. Of few rows only the pages that have them are decompressed, and read where
   * the file has a page index. Default all.
   */
  readonly rows?: Uint32Array | undefined;
  /** Rows of a batch, at most. Default 65,536. */
  readonly batchRows?: number | undefined;
  /** Leaves text a dictionary where a row group has it as one. Default false: it is written out. */
  readonly dictionaries?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RowGroupInfo {
  readonly rows: number;
  /** Position in the file of the first row, from 0. */
  readonly firstRow: number;
  readonly bytes: number;
  /** As far as the writer gave them and they can be trusted for the type's order. */
  readonly columns: readonly ColumnStatistics[];
}

export interface ParquetFile {
  /** The columns of the file as a table; types without a counterpart are refused when they are read, not here. */
  readonly table: Table;
  readonly rows: number;
  readonly rowGroups: readonly RowGroupInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Field ids by column path joined by dots, where the file has them. */
  readonly fieldIds: ReadonlyMap<string, number>;
  /**
   * Columns of timestamps, by path joined by dots, that do not say they are instants (INT96 among them): some engines take
   * those for local time.
   */
  readonly naiveTimestamps?: ReadonlySet<string> | undefined;
  /** Whether a column has Bloom filters that can be asked. */
  hasBloomFilter(column: string): boolean;
  /**
   * What the Bloom filter of a column in a row group says: false for a value that is certainly not there. Values as statistics
   * have them. Undefined where there is no filter.
   */
  bloomFilter(
    rowGroup: number,
    column: string,
  ): Promise<((value: number | bigint | string | Uint8Array) => boolean) | undefined>;
  /** Reads batches in the file's own types, row group after row group, in bounded memory. */
  read(options?: ParquetReadOptions): AsyncGenerator<RecordBatch>;
}
