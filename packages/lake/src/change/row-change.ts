import type { RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import type { Layout } from "../delta/schema/layout.ts";
import type { TableState } from "../delta/log/load.ts";
import type { PlacedRows } from "../read/data-file.ts";
import type { RowRules } from "../rules/row-rules.ts";
import type { Bound } from "../where/bind.ts";
import type { ChangeResult } from "./types.ts";

/** Why rows leave a file: they are deleted, or their new form is added in the same commit. */
export type RemovalKind = "delete" | "update";

/**
 * One transaction over rows: what it reads is noted for conflict detection; rows are taken out by their places and added
 * as batches; `commit` makes it a version. Whether a file keeps a deletion vector or is written again is decided here.
 */
export interface RowChange {
  /** The version that is changed. */
  readonly version: bigint;
  readonly state: TableState;
  readonly layout: Layout;
  /** Completes rows before they are added: columns left out, generated columns. All rows are checked by it when written. */
  readonly rules: RowRules;
  readonly filesSkipped: number;
  /** Live files that may hold rows for which the condition is true; all without one. */
  candidates(where?: Bound): readonly AddFile[];
  /** Rows of a file that are not deleted and meet the condition; `columns` by name, default all, [] for places only. */
  read(file: AddFile, columns?: readonly string[], where?: Bound): AsyncIterable<PlacedRows>;
  /** Rows of a file by their places, ascending. */
  readAt(
    file: AddFile,
    places: Uint32Array,
    columns?: readonly string[],
  ): AsyncIterable<PlacedRows>;
  /** Takes rows out of a file, by place, ascending. Several calls for a file add up. */
  remove(file: AddFile, places: Uint32Array, kind: RemovalKind): void;
  /** Takes out a file with all its rows, without reading them, and says how many there were. */
  removeFile(file: AddFile): Promise<number>;
  /**
   * Says that no more rows are removed, before the first is added: where removals need no files of the change feed,
   * insertions need none either.
   */
  endRemovals(): Promise<void>;
  /** Adds rows in the columns of the table. `kind` says what they are in the change feed and in the metrics. */
  add(batch: RecordBatch, kind: "insert" | "update"): Promise<void>;
  /**
   * Commits; without anything removed or added nothing is written. On failure what was written is discarded.
   * `metrics` are added to those of the commit.
   */
  commit(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    metrics?: Readonly<Record<string, number>>,
  ): Promise<ChangeResult>;
  /** Gives up: removes what was written. */
  discard(): Promise<void>;
}
