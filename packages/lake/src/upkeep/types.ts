import type { JobOptions } from "@lakewright/core";
import type { Where } from "../where/expression.ts";

export interface OptimizeOptions extends JobOptions {
  /** A condition on partition columns: only these partitions are looked at. Default all. */
  readonly where?: Where | undefined;
  /** Size a file should have. Default the table's `delta.targetFileSize`, or 128 MiB. */
  readonly targetFileBytes?: number | undefined;
  /** Columns by which rows are laid out along a Z-order curve; without it files are only put together. */
  readonly zOrderBy?: readonly string[] | undefined;
  /**
   * Decoded rows held while a partition is laid out along a curve. A larger partition is read once more for each such
   * portion; its columns of the curve are held whole. Default 1 GiB.
   */
  readonly maxSortBytes?: number | undefined;
}

export interface OptimizeResult {
  readonly version: bigint;
  readonly written: boolean;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  readonly partitions: number;
}

export interface OptimizePlan {
  readonly version: bigint;
  readonly filesRemoved: number;
  readonly bytesRemoved: number;
  readonly partitions: number;
  run(): Promise<OptimizeResult>;
}

export interface VacuumOptions extends JobOptions {
  /** Files that no version younger than this needs are removed. Default the table's retention, 168 hours. */
  readonly retainHours?: number | undefined;
  /** Allows `retainHours` below the table's retention: a reader or writer under way may lose its files. Default false. */
  readonly allowShortRetention?: boolean | undefined;
}

export interface VacuumResult {
  readonly filesRemoved: number;
  readonly bytesRemoved: number;
}

export interface VacuumPlan {
  /** Paths relative to the table. */
  readonly files: readonly string[];
  readonly bytes: number;
  run(): Promise<VacuumResult>;
}

export interface RestoreResult {
  readonly version: bigint;
  readonly written: boolean;
  readonly filesRestored: number;
  readonly filesRemoved: number;
}

export interface RestorePlan {
  readonly version: bigint;
  /** The version whose rows come back. */
  readonly to: bigint;
  readonly filesRestored: number;
  readonly filesRemoved: number;
  run(): Promise<RestoreResult>;
}

export interface LogCleanupResult {
  readonly filesRemoved: number;
  readonly bytesRemoved: number;
}

export interface LogCleanupPlan {
  /** The oldest version that can still be read afterwards; undefined where nothing goes. */
  readonly before: bigint | undefined;
  /** Commits, checkpoints and sidecars, relative to the table. */
  readonly files: readonly string[];
  readonly bytes: number;
  run(): Promise<LogCleanupResult>;
}

/** Something `verify` found. */
export interface Finding {
  /** What is wrong: "missing-file", "wrong-size", "unreadable-file", "wrong-row-count", "wrong-statistics", "checkpoint-differs", … */
  readonly kind: string;
  readonly path: string;
  readonly message: string;
}

export interface VerifyOptions extends JobOptions {
  /** "log" looks at the log and whether files are there with their size; "data" also reads every file. Default "log". */
  readonly depth?: "log" | "data" | undefined;
}

export interface VerifyResult {
  readonly version: bigint;
  readonly filesChecked: number;
  readonly bytesChecked: number;
  /** None where the table is sound. */
  readonly findings: readonly Finding[];
}
