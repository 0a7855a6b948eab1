/// <reference lib="esnext.disposable" preserve="true" />
import type { JobOptions, RowInput, RowsOrBatches, Sink } from "@lakewright/core";
import type { EngineTable, QueryOptions, QueryResult, SqlEngine } from "@lakewright/sql";
import type { Dimension } from "./define/dimension.ts";
import type { Fact } from "./define/fact.ts";
import type { Instant } from "./instant.ts";

/** What a warehouse is made of. */
export type StarTable = Dimension | Fact;

export interface LoadOptions extends JobOptions {
  /** Names the load: a second one of this name changes nothing, whatever its data. Default: a random name. */
  readonly loadId?: string | undefined;
  /** scd2: when the changes take effect. Default: the warehouse's clock, or a microsecond after the load before if later. */
  readonly at?: Instant | undefined;
  /**
   * scd2: "close" says the data is the whole dimension, so members that are missing end; "ignore" (default) that it is
   * part of it.
   */
  readonly deletes?: "ignore" | "close" | undefined;
  /** scd2, with "close": the data is the whole of those members only that share these columns with one of its rows. */
  readonly scope?: readonly string[] | undefined;
  /** scd2, with "close": the share of current members that may end in one load. Default 0.2. */
  readonly maxClosedShare?: number | undefined;
  /** Facts: "upsert" (default) updates a row of the same grain; "append" rejects it. */
  readonly mode?: "upsert" | "append" | undefined;
  /** Snapshot facts: the day and version the data is the whole of; what was there for them is replaced. */
  readonly snapshot?: { readonly date: string; readonly version: number } | undefined;
  /**
   * Facts: what a natural key that no member has does. "infer" (default) adds a member with nothing but the key, completed
   * when it is loaded; "unknown" refers to member -1; "reject" puts the row aside.
   */
  readonly unknownMembers?: "infer" | "unknown" | "reject" | undefined;
  /**
   * Rows that cannot be loaded go to `_wh_rejects` with their reason ("quarantine", default), or fail the load ("error").
   * A `load` none of whose rows can be loaded fails either way, and its loadId stays free; a `sink` puts them all aside.
   * An Arrow batch that does not fit the table fails it either way: its columns are wrong, not its rows.
   */
  readonly onReject?: "quarantine" | "error" | undefined;
  /** A property or column the table does not have: left out ("ignore", default) or an invalid value ("error"). */
  readonly unknownColumns?: "ignore" | "error" | undefined;
}

/** What a load did. `inserted + updated + unchanged + rejected = read`. */
export interface LoadSummary {
  readonly loadId: string;
  /** False where a load of this name was there already; nothing was read then. */
  readonly applied: boolean;
  readonly read: number;
  /** Members or facts that are new. For a snapshot, all of its rows. */
  readonly inserted: number;
  /** Members or facts that changed. With scd2, each closed a version and opened one. */
  readonly updated: number;
  /** scd2: members that ended because the data does not have them. Snapshots: rows that were replaced. */
  readonly closed: number;
  readonly unchanged: number;
  /** Rows put aside in `_wh_rejects`. */
  readonly rejected: number;
}

/** What a deletion removed. */
export interface DeleteSummary {
  /** Rows of the dimension: versions, with history. */
  readonly versions: number;
  /** Rows of each fact table that referred to them. */
  readonly facts: Readonly<Record<string, number>>;
}

/** The natural key of a member. */
export type MemberKey<T extends Dimension> = Pick<
  RowInput<T["input"]>,
  T["key"][number] & keyof RowInput<T["input"]>
>;

/** The statements of a load, in order. Prints as one script. */
export interface LoadPlan {
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
  toString(): string;
}

/** A star schema in a database. Opened by {@link openWarehouse}. */
export interface Warehouse extends AsyncDisposable {
  readonly engine: SqlEngine;

  /**
   * Loads rows in one transaction: all of it is visible, or nothing.
   *
   * @throws WarehouseError WAREHOUSE_OUT_OF_ORDER where `at` is before that of an earlier load, WAREHOUSE_MASS_CLOSE where
   * too many members would end, WAREHOUSE_ROWS_REJECTED with `onReject: "error"` or where none of the rows can be
   * loaded, WAREHOUSE_INVALID_OPTION; CoreError CORE_SCHEMA_MISMATCH for an Arrow batch that does not fit.
   */
  load<T extends StarTable>(
    table: T,
    data: RowsOrBatches<T["input"]>,
    options?: LoadOptions,
  ): Promise<LoadSummary>;

  /** The statements {@link load} would run. Steps that only some data needs are in it. */
  planLoad(table: StarTable, options?: Omit<LoadOptions, keyof JobOptions>): LoadPlan;

  /**
   * Removes members for good, with all their versions and, first, the facts of this warehouse that refer to them: the
   * same on every engine, whether it has cascading foreign keys or not. Loads and rejects keep their records.
   *
   * @throws WarehouseError WAREHOUSE_MEMBER_IN_USE where a fact with `onDelete: "restrict"` refers to one.
   */
  delete<T extends Dimension>(
    dimension: T,
    keys: Iterable<MemberKey<T>>,
    options?: Pick<JobOptions, "signal">,
  ): Promise<DeleteSummary>;

  /** The members of an scd2 dimension as they were at a moment; a day means its first moment in UTC. */
  asOf(dimension: Dimension, at: Instant, options?: QueryOptions): QueryResult;

  /** The table where it lives, as `quality` and queries take it. */
  table(table: StarTable): EngineTable;

  /** The table as the end of a pipeline; positions are kept in `_wh_positions`, in the transaction of the rows. */
  sink(table: StarTable, options?: Omit<LoadOptions, "loadId" | keyof JobOptions>): Sink;

  /** Closes the engine it was opened on. */
  close(): Promise<void>;
}
