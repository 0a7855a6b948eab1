import type { Table } from "@lakewright/core";
import type { SqlEngine, SqlSession } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { TableSource } from "../introspect/source-table.ts";

/** What a target is told about the batches it writes. */
export interface WriteRequest {
  /** Columns of the batches: those of the source, or with `_deleted` at the end. */
  readonly table: Table;
  /** "snapshot": the batches are all there is, what is missing is gone. "changes": the other rows stay. */
  readonly mode: "changes" | "snapshot";
  /** Columns that tell one row from another: the key of `fullCompare`, else the primary key; empty where there is none. */
  readonly key: readonly string[];
  /** When the source was so: its clock as the read began; microseconds since 1970. */
  readonly at: bigint;
  /** Name of the range, the same when it is tried again. */
  readonly loadId: string;
  /** Counts the extractions of this table, from 1; the same when it is tried again. */
  readonly sequence: bigint;
  /**
   * Keeps the state in a transaction of the target, where both are in one engine, so that they are committed together; does
   * nothing where they are not. Call it when the batches have been read. Else the state is kept after the write.
   */
  readonly commit: (session: SqlSession) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** What a target did with the batches. */
export interface WriteResult {
  /** False where it had written a range of this name before, and read nothing. Default true. */
  readonly applied?: boolean | undefined;
  /** Rows it took. Default: all delivered. */
  readonly rows?: number | undefined;
}

/**
 * Where extracted tables go. A write is all or nothing, and what it is given once it may be given again, after a crash.
 *
 * A bronze history of `@lakewright/lake` is one:
 *
 * ```
 * const bronze: ExtractTarget = {
 *   async write(source, batches, { mode, at, key, table }) {
 *     const name = source.table.name;
 *     const history = await openBronzeHistory(localStore(`${root}/${name}`), table, {
 *       key,
 *       source: { system: "erp", table: name },
 *       deleted: "_deleted" in table.columns ? "_deleted" : undefined,
 *     });
 *     const { rowsRead } = await history.record(batches, { mode, at });
 *     await history.close();
 *     return { rows: rowsRead };
 *   },
 * };
 * ```
 */
export interface ExtractTarget {
  /** The database it writes to, where it calls `commit`. */
  readonly engine?: SqlEngine | undefined;
  write(
    source: TableSource,
    batches: AsyncIterable<RecordBatch>,
    request: WriteRequest,
  ): Promise<WriteResult | void>;
}
