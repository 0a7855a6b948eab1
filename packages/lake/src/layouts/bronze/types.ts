import type { JobOptions, Row, RowsOrBatches, Table } from "@lakewright/core";
import type { LakeTable, Scan, ScanOptions } from "../../table/types.ts";
import type { Clock } from "../../store/clock.ts";

/** The columns a bronze table has beside those of its source. */
export interface BronzeColumns {
  /** When the version was loaded; microseconds since 1970, as are the other times. */
  readonly _bronze_ingestion_timestamp: bigint;
  readonly _bronze_source_system: string;
  readonly _bronze_source_table: string;
  /** The file of the extract, where the load said so. */
  readonly _bronze_file_name: string | null;
  /** SHA-256 of the row, hexadecimal; a tombstone has that of the version it ends. */
  readonly _bronze_record_hash: string;
  /** True for a tombstone: the version that says the key is gone. */
  readonly _bronze_is_deleted: boolean;
  /** The version is valid from then, inclusive, … */
  readonly _bronze_valid_from: bigint;
  /** … to then, exclusive; null while it is the last of its key. */
  readonly _bronze_valid_to: bigint | null;
  /** Day of the ingestion, in UTC: the partition. */
  readonly _bronze_ingestion_date: string;
}

export interface BronzeHistoryOptions {
  /** The columns that tell one record of the source from another. None of them may be null. */
  readonly key: readonly string[];
  /** Where the rows come from, for `_bronze_source_system` and `_bronze_source_table`. */
  readonly source: { readonly system: string; readonly table: string };
  /**
   * A timestamp column of the source that says since when a row is so: versions then begin at it, and rows may come late
   * and in any order. Default none: versions begin at the time of their load.
   */
  readonly changedAt?: string | undefined;
  /** A bool column of the extract that is true for a deleted record. It is not kept. Default none. */
  readonly deleted?: string | undefined;
  /** Columns whose change makes a new version; they alone are hashed. Default all. */
  readonly compare?: readonly string[] | undefined;
  /** Table properties, where the table is created. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970, for the times of loads. Default the system clock. */
  readonly clock?: Clock | undefined;
}

export interface RecordOptions extends JobOptions {
  /** "snapshot": the rows are all there are, and what is missing is deleted. "changes": the others stay. */
  readonly mode: "snapshot" | "changes";
  /**
   * When the source was so: rows without a `changedAt` are valid from then, and what is missing is deleted then. ISO text,
   * a Date or microseconds. Default now, later than anything recorded. Record snapshots in their order: what a later one
   * lacked is not known of keys that only an earlier one brings.
   */
  readonly at?: string | Date | bigint | undefined;
  /** Makes the load happen once: one whose version is not above the one of `appId` recorded last changes nothing. */
  readonly txn?: { readonly appId: string; readonly version: bigint | number } | undefined;
  /** For `_bronze_file_name`. Default null. */
  readonly fileName?: string | undefined;
  /**
   * The part of the living keys that a snapshot may delete, from 0 to 1: an extract that broke off is not taken for a source
   * that was emptied. 1 allows everything, an empty extract too. Default 0.5.
   */
  readonly maxDeletedShare?: number | undefined;
}

/** What a load did. */
export interface RecordResult {
  /** The version that has the load; the version that stands where there was nothing to write. */
  readonly version: bigint;
  /** False where nothing had changed, or the load had been recorded before. */
  readonly written: boolean;
  readonly rowsRead: number;
  /** Versions of keys that had none. */
  readonly rowsInserted: number;
  /** Versions of keys that had another at the time, or were deleted. */
  readonly rowsChanged: number;
  /** Tombstones. */
  readonly rowsDeleted: number;
  readonly rowsUnchanged: number;
  /** Rows that contradict what is recorded for the same key and `changedAt`; what is recorded stays. */
  readonly rowsIgnored: number;
}

/** The full history (SCD2) of a source table, in a Delta table. */
export interface BronzeHistory<T extends Table = Table> {
  /** The Delta table, for upkeep and for reading every version. */
  readonly table: LakeTable;
  /**
   * Records an extract or a batch of changes, in one commit. The rows are held in memory. Where another loader was faster the
   * load is worked out again.
   *
   * @throws LakeError LAKE_MERGE_AMBIGUOUS where one key has two rows for one time; LAKE_INVALID_VALUE for a null key or
   * time, or an extract that deletes too much; LAKE_COMMIT_CONFLICT where others were faster every time.
   */
  record(rows: RowsOrBatches<T>, options: RecordOptions): Promise<RecordResult>;
  /** The rows that are valid now: the last version of each key that is not deleted. */
  current(options?: Omit<ScanOptions, "asOf">): Scan<Row<T> & BronzeColumns>;
  /** The rows that were valid at a time: ISO text, a Date or microseconds. */
  asOf(
    time: string | Date | bigint,
    options?: Omit<ScanOptions, "asOf">,
  ): Scan<Row<T> & BronzeColumns>;
  close(): Promise<void>;
}
