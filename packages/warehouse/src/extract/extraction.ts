import type { JobOptions, Table } from "@lakewright/core";
import type { Sql, SqlSession } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { ExtractionState } from "./state/state.ts";
import type { Strategy } from "./strategy.ts";

/** How one table is extracted. */
export interface ExtractOptions extends JobOptions {
  /** How changes are found: what `watermark(…)`, `fullCompare(…)` or `full(…)` made. */
  readonly strategy: Strategy;
  /** Where the extraction remembers how far it got. Default: nowhere, each one is a first. */
  readonly state?: ExtractionState | undefined;
  /** What the state is kept under. Default: the path of the table, joined by ".". */
  readonly name?: string | undefined;
  /** Columns to read. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Rows to read, the same ones each time. Default all. */
  readonly where?: Sql | undefined;
  /** Rows of a batch, at most. Default 65,536. */
  readonly batchRows?: number | undefined;
  /**
   * Watermark: rows of a statement, for sources that end long ones. Default: one statement. Needs a key. A row that is
   * changed between two statements may come twice, what it is now later.
   */
  readonly pageRows?: number | undefined;
  /**
   * Full reads: connections that read ranges of the primary key at once, where that is faster. On Postgres all see one
   * snapshot; on MySQL each its own, begun about the same time: no row comes twice or is missed, but rows changed just then
   * may be of different moments. Default 1. Batches then come in no order.
   */
  readonly connections?: number | undefined;
  /** Watermark: how often a read that lost its connection goes on, by another statement, after the last row. Default 3. */
  readonly retries?: number | undefined;
}

/** What an extraction did; complete when its batches have been read to the end. */
export interface ExtractionSummary {
  readonly name: string;
  /** Rows the source gave. */
  readonly read: number;
  /** Rows passed on. */
  readonly delivered: number;
  /** Rows read and left out, because they had been delivered before. */
  readonly repeated: number;
  /** Full compare by hashes: rows passed on that were new, had changed, or are gone. */
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Rows whose cursor is null. */
  readonly nullCursors: number;
  /** The cursor before and after, as text; undefined before the first, and for other strategies. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The newest cursor of the source is before the watermark. */
  readonly cursorWentBack: boolean;
  /** The clock of the source when the extraction began; microseconds since 1970. */
  readonly at: bigint;
  /** Rows that do not fit the schema before, put aside as the policy says. */
  readonly quarantined: number;
  /** Times the connection was lost and the read went on. */
  readonly resumed: number;
}

/**
 * The rows of a source that have to be delivered, read while it is iterated, once. What it delivered counts as delivered
 * only after {@link commit}.
 */
export interface Extraction extends AsyncIterable<RecordBatch> {
  readonly name: string;
  /**
   * Columns of the batches. With `fullCompare` by hashes all but the key are nullable, and `_deleted` is the last; but the
   * first one of `extractInto` after an attempt whose end is not known is a snapshot.
   */
  readonly table: Table;
  /** "snapshot": the batches are all there is. "changes": the other rows stay. */
  readonly mode: "changes" | "snapshot";

  /** Fixes what will be read: state, bounds, clock. Iterating does it unasked. */
  open(): Promise<ExtractionRange>;
  /** The rows one by one, in place of the batches. */
  rows(): AsyncGenerator<Record<string, unknown>>;
  summary(): ExtractionSummary;
  /**
   * Keeps in the state that everything was delivered. Call it after the batches have been written.
   *
   * @param session - a transaction of the state's engine, to be part of it
   * @throws WarehouseError WAREHOUSE_INVALID_OPTION where the batches were not read to their end.
   */
  commit(session?: SqlSession): Promise<void>;
}

/** What one extraction reads. */
export interface ExtractionRange {
  readonly name: string;
  /** Counts the extractions of that name that were committed, from 1. */
  readonly sequence: bigint;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The clock of the source; microseconds since 1970. */
  readonly at: bigint;
  /** Name of the range: a hash of source, strategy, sequence and bounds, the same whenever it is tried again. */
  readonly loadId: string;
}
