import type { Table } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { ExtractOptions } from "../extraction.ts";
import type { TableSource } from "../introspect/source-table.ts";
import type { SourceDialect } from "../sources/source-dialect.ts";
import type { Body } from "../state/body.ts";
import type { StateRecord } from "../state/state.ts";

/** What an extraction works with. */
export interface ReadContext {
  readonly engine: SqlEngine;
  readonly dialect: SourceDialect;
  readonly source: TableSource;
  readonly options: ExtractOptions;
  readonly name: string;
  readonly record: StateRecord | undefined;
  /** The clock of the source; microseconds since 1970. */
  readonly at: bigint;
  /** Watermark: rows to read at most; the rest is left to the next extraction. */
  readonly maxRows?: number | undefined;
  readonly drift?: Drift | undefined;
}

/** A source that is read by a schema it had before. */
export interface Drift {
  /** Columns of that schema the source has no more: they are null. */
  readonly absent: readonly string[];
  /** Takes the rows that do not fit that schema; undefined where all do. */
  readonly quarantine: ((rows: readonly QuarantinedRow[]) => Promise<void>) | undefined;
}

/** A row that was put aside. */
export interface QuarantinedRow {
  /** As the database gave it. */
  readonly row: Readonly<Record<string, unknown>>;
  readonly column: string;
  /** What is wrong with the value: "does not fit decimal(12, 2)". */
  readonly problem: string;
}

/** Counts that grow while the batches are read. */
export interface Counts {
  read: number;
  delivered: number;
  repeated: number;
  inserted: number;
  updated: number;
  deleted: number;
  nullCursors: number;
  resumed: number;
  quarantined: number;
}

export const noCounts = (): Counts => ({
  read: 0,
  delivered: 0,
  repeated: 0,
  inserted: 0,
  updated: 0,
  deleted: 0,
  nullCursors: 0,
  resumed: 0,
  quarantined: 0,
});

/** A strategy at work: what it will read, what it has read, and what is to be remembered of it. */
export interface Reading {
  readonly table: Table;
  readonly mode: "changes" | "snapshot";
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly cursorWentBack: boolean;
  readonly counts: Counts;
  /** What tells this range from others, beside its bounds. */
  readonly part: string;
  batches(): AsyncGenerator<RecordBatch>;
  /** The state before the batches are written; undefined where it need not be kept. */
  intent(): Body | undefined;
  /**
   * The state after.
   *
   * @param applied - false where an earlier attempt wrote the range: what that one had read is not known
   */
  after(applied: boolean): Body;
  /** Whether all of it was read; false where `maxRows` ended it. */
  readonly isComplete: boolean;
}
