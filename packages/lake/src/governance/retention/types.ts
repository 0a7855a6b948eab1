import type { JobOptions } from "@lakewright/core";
import type { ChangeResult } from "../../change/types.ts";
import type { Clock } from "../../store/clock.ts";
import type { VacuumResult } from "../../upkeep/types.ts";

export interface RetentionOptions extends JobOptions {
  /** A date or timestamp column: rows whose value lies too far back go. Rows without a value stay. */
  readonly column: string;
  /** Days of 24 hours. A date goes once its whole day is older. */
  readonly olderThanDays: number;
  /** Removes files from the store as well, once the table's retention of removed files (168 hours) is over. Default false. */
  readonly vacuum?: boolean | undefined;
  /** Milliseconds since 1970. Default the system clock. */
  readonly clock?: Clock | undefined;
}

export interface RetentionPlan {
  /** The version the plan was made for. `run` fails where a later one contradicts it. */
  readonly version: bigint;
  /** Rows before this go: a date, or an instant in ISO text. */
  readonly before: string;
  readonly rows: number;
  /** Files of which every row goes: they are not read. */
  readonly filesRemoved: readonly string[];
  /** Files of which some rows go. */
  readonly filesChanged: readonly string[];
  /** Folders of partitions of which nothing stays. */
  readonly partitionsRemoved: readonly string[];
  /** The text of the legal hold that keeps `run` from doing anything. */
  readonly legalHold: string | undefined;
  /** @throws LakeError LAKE_CONSTRAINT_VIOLATED under a legal hold; LAKE_COMMIT_CONFLICT. */
  run(): Promise<{ readonly change: ChangeResult; readonly vacuum?: VacuumResult | undefined }>;
}

/** A file that holds rows to be erased, whether its versions show them or a deletion vector hides them. */
export interface HoldingFile {
  readonly path: string;
  readonly rows: number;
  /** The first version it belongs to, or the first the log still tells. */
  readonly from: bigint;
  /** The version that took it out; undefined while it is part of the table. */
  readonly to: bigint | undefined;
  /** "changes" is a file of the change data feed. */
  readonly kind: "data" | "changes";
}

export interface ErasureOptions extends JobOptions {
  /**
   * Removes the files that held the rows at once, below the table's retention: readers and writers under way may lose
   * theirs, and versions before the erasure can no longer be read. Default false: the files go with the first vacuum
   * after the retention.
   */
  readonly vacuumNow?: boolean | undefined;
}

export interface ErasurePlan {
  readonly version: bigint;
  /** Rows of the latest version that go. */
  readonly rows: number;
  /** Files in the store that hold rows to be erased. */
  readonly files: readonly HoldingFile[];
  /** Versions, of those the log can still bring back, that show such rows or hide them in a file. */
  readonly versions: readonly bigint[];
  readonly legalHold: string | undefined;
  /** @throws LakeError LAKE_CONSTRAINT_VIOLATED under a legal hold; LAKE_COMMIT_CONFLICT. */
  run(): Promise<ErasureResult>;
}

export interface ErasureResult {
  readonly version: bigint;
  readonly rowsDeleted: number;
  /** Files that were written again because a deletion vector only hid the rows. */
  readonly filesRewritten: number;
  readonly filesRemoved: number;
  /** Files that still hold rows: none where `vacuumNow` was given. */
  readonly remaining: readonly HoldingFile[];
  /** Milliseconds since 1970 from which a vacuum with the table's retention removes what remains. */
  readonly erasableAt: number | undefined;
}
