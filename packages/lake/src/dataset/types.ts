import type { JobOptions, Row, Table } from "@lakewright/core";
import type { ParquetEncryption } from "../parquet/encryption/types.ts";
import type { ParquetCodec } from "../parquet/types.ts";
import type { LakeFile, Scan, ScanOptions } from "../table/types.ts";

/**
 * A folder level of a dataset: a column, whose values then are in the folder names only; or a date or timestamp column
 * split into `year=YYYY/month=MM/day=DD`, which stays in the files.
 */
export type DatasetPartition = string | { readonly byDay: string };

export interface WriteDatasetOptions extends JobOptions {
  /** Folder levels, outermost first. Default none. */
  readonly partitionBy?: readonly DatasetPartition[] | undefined;
  /**
   * Encrypts the files: `parquetEncryption` of `@lakewright/lake/encryption`. Columns in folder names have no key. Default none.
   */
  readonly encryption?: ParquetEncryption | undefined;
  /** Compression of the files. Default "snappy". */
  readonly codec?: ParquetCodec | undefined;
  /** Size at which a file is closed and the next begun. Default 128 MiB. */
  readonly targetFileBytes?: number | undefined;
  /** What to do where the folder has files: "error" (the default), or "append" to them. */
  readonly ifExists?: "error" | "append" | undefined;
}

export interface OpenDatasetOptions {
  /** The keys of files that are encrypted. Default none. */
  readonly encryption?: ParquetEncryption | undefined;
}

export interface DatasetResult {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

export type DatasetScanOptions = Omit<ScanOptions, "asOf">;

/** A folder of Parquet files as one table. It shows the files that were there when it was opened. */
export interface Dataset<T extends Table = Table> {
  readonly table: T;
  readonly location: string;
  scan(options?: DatasetScanOptions & { readonly columns?: undefined }): Scan<Row<T>>;
  scan<const K extends string & keyof T["columns"]>(
    options: DatasetScanOptions & { readonly columns: readonly K[] },
  ): Scan<Pick<Row<T>, K & keyof Row<T>>>;
  scan(options?: DatasetScanOptions): Scan;
  files(): readonly LakeFile[];
}
