import type { JobOptions, Row, RowsOrBatches, Sink, Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { AlterOptions, AlterTable } from "../alter/types.ts";
import type { ChangeOptions, ChangePlan, ChangeResult, UpdateOptions } from "../change/types.ts";
import type { MergeOptions, MergePlan, MergeResult } from "../merge/types.ts";
import type { ParquetEncryption } from "../parquet/encryption/types.ts";
import type { ParquetCodec } from "../parquet/types.ts";
import type { TableRuleOptions } from "../rules/types.ts";
import type { Clock } from "../store/clock.ts";
import type {
  LogCleanupPlan,
  LogCleanupResult,
  OptimizeOptions,
  OptimizePlan,
  OptimizeResult,
  RestorePlan,
  RestoreResult,
  VacuumOptions,
  VacuumPlan,
  VacuumResult,
  VerifyOptions,
  VerifyResult,
} from "../upkeep/types.ts";
import type { Where } from "../where/expression.ts";

/** A moment of a table: a version, or the version that stood at a time. */
export type AsOf = { readonly version: bigint } | { readonly timestamp: string | Date };

export interface CreateTableOptions extends TableRuleOptions {
  /** Columns whose values become folders, in order; every other column is stored in the data files. Default none. */
  readonly partitionBy?: readonly string[] | undefined;
  /** Delta table properties, as they are (`delta.appendOnly`, `delta.logRetentionDuration`, your own). */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Compression of data files. Default "snappy", which every reader has; "zstd" is smaller and needs Node. */
  readonly codec?: ParquetCodec | undefined;
  /** Size at which a data file is closed and the next begun. Default 128 MiB. */
  readonly targetFileBytes?: number | undefined;
  /** Commits between two checkpoints. Default 10. */
  readonly checkpointInterval?: number | undefined;
  /** What to do where there is a table: "error" (the default), or "open" it where its columns are the same. */
  readonly ifExists?: "error" | "open" | undefined;
  /**
   * Encrypts the data files: `parquetEncryption` of `@lakewright/lake/encryption`. Statistics of columns with a key of their
   * own stay out of the log, and so do conditions of deletes, updates and merges. Default none.
   */
  readonly encryption?: ParquetEncryption | undefined;
  /** Milliseconds since 1970, for times written to the log. Default the system clock. */
  readonly clock?: Clock | undefined;
}

export interface OpenTableOptions {
  /** Opens a past version, read only. Default the latest, which moves on with every commit. */
  readonly asOf?: AsOf | undefined;
  /** The keys of a table whose data files are encrypted. Default none, which leaves what is not encrypted readable. */
  readonly encryption?: ParquetEncryption | undefined;
  /** Milliseconds since 1970, for times written to the log. Default the system clock. */
  readonly clock?: Clock | undefined;
}

export interface AppendOptions extends JobOptions {
  /**
   * Makes the append happen once: `version` of `appId` is committed with the rows, and an append whose version is not
   * above the one committed last writes nothing.
   */
  readonly txn?: { readonly appId: string; readonly version: bigint | number } | undefined;
  /**
   * Adds columns the table does not have yet, as nullable ones. Arrow batches bring them, `toBatch(wider, rows)`; rows on
   * their own do not say their types. Default false: they are an error.
   */
  readonly mergeSchema?: boolean | undefined;
}

export interface OverwriteOptions extends JobOptions {
  /** Replaces only the rows for which this holds (`replaceWhere`); the new rows must be such. Default the whole table. */
  readonly where?: Where | undefined;
  /** Replaces only the partitions the new rows fall into. Default false. */
  readonly dynamicPartitions?: boolean | undefined;
  readonly mergeSchema?: boolean | undefined;
}

/** Rows to merge: those of the table, or Arrow batches with columns of their own. */
export type MergeSource<T extends Table> =
  RowsOrBatches<T> | RecordBatch | Iterable<RecordBatch> | AsyncIterable<RecordBatch>;

/** What a write did. */
export interface WriteResult {
  /** The version that has the rows; the version that stands where nothing was written. */
  readonly version: bigint;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** False where there was nothing to write, or its transaction had been applied before. */
  readonly written: boolean;
}

export interface ScanOptions {
  /** Columns wanted, in order. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Rows wanted. Files that cannot hold any are not read. Default all. */
  readonly where?: Where | undefined;
  /** The version to read. Default the one the table stands at. */
  readonly asOf?: AsOf | undefined;
  /** Rows of a batch, at most. Default 65,536. */
  readonly batchRows?: number | undefined;
  /** Leaves text an Arrow dictionary where a file has it as one: faster to group and compare. Default false. */
  readonly dictionaries?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ChangesOptions extends Omit<ScanOptions, "asOf"> {
  /** The first version whose changes are wanted. */
  readonly from: bigint;
  /** The last. Default the one the table stands at. */
  readonly to?: bigint | undefined;
}

/** What a changed row has beside the columns of the table. */
// An interface would keep a table of known columns from being given as a LakeTable: it has no index signature.
export type Change = {
  readonly _change_type: "insert" | "delete" | "update_preimage" | "update_postimage";
  readonly _commit_version: bigint;
  /** Microseconds since 1970. */
  readonly _commit_timestamp: bigint;
};

/** What a scan has read so far. */
export interface ScanMetrics {
  readonly filesRead: number;
  /** Files that partition values and statistics ruled out. */
  readonly filesSkipped: number;
  readonly rowGroupsRead: number;
  readonly rowGroupsSkipped: number;
  /** Rows given to the caller. */
  readonly rows: number;
}

/** The batches of a scan, in the order of files in the log. Leaving the loop ends the reading. */
export interface Scan<R = Record<string, unknown>> extends AsyncIterable<RecordBatch> {
  /** All rows as objects. */
  rows(): Promise<R[]>;
  readonly metrics: ScanMetrics;
}

/** A data file that belongs to the table. */
export interface LakeFile {
  /** Relative to the table, as stores take it. */
  readonly path: string;
  readonly bytes: number;
  /** By column, in the values rows have; null where the partition has none. */
  readonly partition: Readonly<Record<string, unknown>>;
  /** Rows that are not deleted; undefined where the writer did not say. */
  readonly rows: number | undefined;
  readonly modified: Date;
}

/** What an engine must know to read and write the table. */
export interface TableProtocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[] | undefined;
  readonly writerFeatures?: readonly string[] | undefined;
}

/** A commit as `history` tells it. */
export interface CommitInfo {
  readonly version: bigint;
  readonly timestamp: Date;
  /** "WRITE", "CREATE TABLE", "MERGE", …; undefined where the writer did not say. */
  readonly operation: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Counts as the writer gave them: `numFiles`, `numOutputRows`, `numOutputBytes`. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** Program and version that committed. */
  readonly engine: string | undefined;
  readonly isBlindAppend: boolean | undefined;
}

/**
 * A Delta table. Reads see the version the object stands at, which moves with its own commits and with `refresh`; any
 * number of objects and processes may write to one table.
 */
export interface LakeTable<T extends Table = Table> extends Sink, AsyncDisposable {
  readonly table: T;
  readonly partitionBy: readonly string[];
  readonly version: bigint;
  readonly properties: Readonly<Record<string, string>>;
  readonly location: string;
  readonly protocol: TableProtocol;
  /** How far applications have written, as appends and changes were told by `txn`: application id → version. */
  readonly transactions: ReadonlyMap<string, bigint>;

  /**
   * Adds rows in one commit. Every row is checked first to last; one that does not fit fails the append, and nothing is added.
   *
   * @throws LakeError LAKE_CONSTRAINT_VIOLATED for a row that breaks a rule of the table, LAKE_COMMIT_CONFLICT where the schema
   * was changed meanwhile, LAKE_UNSUPPORTED_FEATURE for a table with features this package does not write, the store's errors;
   * CoreError CORE_INVALID_VALUE for a row.
   */
  append(data: RowsOrBatches<T>, options?: AppendOptions): Promise<WriteResult>;

  /**
   * Replaces all rows, or those of some partitions, in one commit. Earlier versions stay readable.
   *
   * @throws LakeError as `append`; LAKE_COMMIT_CONFLICT also where another writer added or removed rows meanwhile.
   */
  overwrite(data: RowsOrBatches<T>, options?: OverwriteOptions): Promise<WriteResult>;

  /**
   * Removes the rows for which a condition is true.
   *
   * @throws LakeError LAKE_COMMIT_CONFLICT where others changed what was read meanwhile; LAKE_INVALID_OPTION,
   * LAKE_INVALID_EXPRESSION; LAKE_UNSUPPORTED_FEATURE, also for a table that takes appends only; the store's errors.
   */
  delete(where: Where, options?: ChangeOptions): Promise<ChangeResult>;
  /** Shows what `delete` would do. */
  planDelete(where: Where, options?: ChangeOptions): Promise<ChangePlan>;
  /**
   * Gives columns new values, in the rows for which a condition is true.
   *
   * @throws LakeError as `delete`; LAKE_CONSTRAINT_VIOLATED where a new value breaks a rule of the table.
   */
  update(options: UpdateOptions): Promise<ChangeResult>;
  /** Shows what `update` would do. */
  planUpdate(options: UpdateOptions): Promise<ChangePlan>;
  /**
   * Updates, deletes and inserts by a source of rows, in one commit.
   *
   * @throws LakeError as `update`; LAKE_MERGE_AMBIGUOUS where two rows of the source would change one of the table.
   */
  merge(source: MergeSource<T>, options: MergeOptions): Promise<MergeResult>;
  /** Shows what `merge` would do: reads the source to its end. */
  planMerge(source: MergeSource<T>, options: MergeOptions): Promise<MergePlan>;

  /** Changes columns, rules and properties in one commit. */
  alter(change: AlterTable, options?: AlterOptions): Promise<{ readonly version: bigint }>;

  /** Puts small files together, or lays rows out along a Z-order curve. The rows stay the same. */
  optimize(options?: OptimizeOptions): Promise<OptimizeResult>;
  /** Shows what `optimize` would do. */
  planOptimize(options?: OptimizeOptions): Promise<OptimizePlan>;
  /** Removes data files that no version within the retention needs. */
  vacuum(options?: VacuumOptions): Promise<VacuumResult>;
  /** Shows which files `vacuum` would remove. */
  planVacuum(options?: VacuumOptions): Promise<VacuumPlan>;
  /** Brings back the rows of an earlier version, as a new one. */
  restore(to: AsOf, options?: JobOptions): Promise<RestoreResult>;
  /** Shows what `restore` would do. */
  planRestore(to: AsOf, options?: JobOptions): Promise<RestorePlan>;
  /**
   * Removes commits and checkpoints older than `delta.logRetentionDuration` (30 days by default) that no later version
   * needs. Checkpoints do so by themselves, unless `delta.enableExpiredLogCleanup` is "false".
   */
  cleanLog(): Promise<LogCleanupResult>;
  /** Shows which files `cleanLog` would remove. */
  planCleanLog(): Promise<LogCleanupPlan>;
  /** Looks for what is missing or contradicts itself in the log, its checkpoints and data files. */
  verify(options?: VerifyOptions): Promise<VerifyResult>;

  scan(options?: ScanOptions & { readonly columns?: undefined }): Scan<Row<T>>;
  scan<const K extends string & keyof T["columns"]>(
    options: ScanOptions & { readonly columns: readonly K[] },
  ): Scan<Pick<Row<T>, K & keyof Row<T>>>;
  scan(options?: ScanOptions): Scan;

  /**
   * The rows that versions inserted, deleted and updated, version after version, in the columns of the last. Needs the
   * table property `delta.enableChangeDataFeed`. `columns` chooses among those of the table.
   *
   * @throws LakeError LAKE_INVALID_OPTION where a version of the range has no change feed; LAKE_VERSION_NOT_FOUND.
   */
  changes(options: ChangesOptions): Scan<Row<T> & Change>;

  /** The commits, newest first. Default all that the log still has. */
  history(limit?: number): Promise<CommitInfo[]>;
  /** The data files of the version the table stands at. */
  files(): readonly LakeFile[];
  /** Moves to the latest version. */
  refresh(): Promise<this>;
  /**
   * Writes a checkpoint of the version the table stands at. Commits do so by themselves every `checkpointInterval`.
   *
   * @throws LakeError as `append`.
   */
  checkpoint(): Promise<void>;
  /** Ends the use of the table. Waits for a commit under way. */
  close(): Promise<void>;
}
