import type { JobOptions, Table } from "@lakewright/core";
import type { Dataset } from "../../dataset/types.ts";
import type { ParquetCodec } from "../../parquet/types.ts";
import type { Clock } from "../../store/clock.ts";

export interface WriteSnapshotOptions extends JobOptions {
  /** Compression of the files. Default "snappy". */
  readonly codec?: ParquetCodec | undefined;
  /** Size at which a file is closed and the next begun. Default 128 MiB. */
  readonly targetFileBytes?: number | undefined;
  /** Milliseconds since 1970. Default the system clock. */
  readonly clock?: Clock | undefined;
}

/** A version of a snapshot table that was written to its end. */
export interface SnapshotInfo {
  readonly version: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly created: Date;
}

/** A version of a snapshot table, to be read. */
export interface Snapshot<T extends Table = Table> extends Dataset<T> {
  readonly version: number;
  readonly rows: number;
  readonly created: Date;
}

export interface SnapshotRetentionOptions {
  /** Complete versions to keep, the latest. At least 1. */
  readonly keepLast: number;
  /** Versions begun longer ago and not finished are taken for broken off. Default 24. */
  readonly unfinishedHours?: number | undefined;
  /** Milliseconds since 1970. Default the system clock. */
  readonly clock?: Clock | undefined;
}

export interface SnapshotRetentionPlan {
  /** Complete versions that go. */
  readonly versions: readonly number[];
  /** Versions that were begun and never finished. */
  readonly unfinished: readonly number[];
  readonly files: number;
  readonly bytes: number;
  /** Removes them. Readers that have one of them open lose its files. */
  run(): Promise<{ readonly filesRemoved: number; readonly bytesRemoved: number }>;
}
