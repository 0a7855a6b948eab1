/// <reference lib="esnext.disposable" preserve="true" />
import type { JobOptions, RowInput, Sink } from "@lakewright/core";
import type { EngineTable, QueryOptions, QueryResult, SqlEngine } from "@lakewright/sql";
import type { Dimension } from "./define/dimension.ts";
import type { Fact } from "./define/fact.ts";
import type { StarTable } from "./define/star-table.ts";
import type { Instant } from "./instant.ts";
import type { LoadData } from "./load/load-data.ts";
import type { DeleteFactsOptions, DeleteFactsSummary } from "./load/delete-facts.ts";
import type { LoadOptions, LoadSummary } from "./load/options.ts";
import type { AsOfRow } from "./read/as-of.ts";
import type { RewindOptions, RewindSummary } from "./load/rewind/rewind-options.ts";
import type { Orphans } from "./schema/integrity.ts";
import type { LoadPlan } from "./step.ts";

export type { LoadOptions, LoadSummary } from "./load/options.ts";
export type { LoadPlan } from "./step.ts";

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

/** A star schema in a database. Opened by {@link openWarehouse}. */
export interface Warehouse extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** The schema its tables are in. */
  readonly schema: string;

  /**
   * Loads rows in one transaction: all of it is visible, or nothing. Of a query of this database (`Sql`), or one of
   * its tables, rows are compared where they are.
   *
   * @throws WarehouseError WAREHOUSE_OUT_OF_ORDER where `at` is before that of an earlier load, WAREHOUSE_MASS_CLOSE where
   * too many members would end, WAREHOUSE_ROWS_REJECTED with `onReject: "error"` or where none of the rows can be
   * loaded, WAREHOUSE_INVALID_OPTION; CoreError CORE_SCHEMA_MISMATCH for an Arrow batch of other columns.
   */
  load<T extends StarTable>(
    table: T,
    data: LoadData<T["input"]>,
    options?: LoadOptions,
  ): Promise<LoadSummary>;

  /** The statements {@link load} would run. Steps that only some data needs are in it. */
  planLoad(table: StarTable, options?: Omit<LoadOptions, keyof JobOptions>): LoadPlan;

  /**
   * Removes members for good, with all their versions and, first, the facts of this warehouse that refer to them: the
   * same on every engine, whether it has cascading foreign keys or not. Loads and rejects keep their records.
   *
   * @throws WarehouseError WAREHOUSE_MEMBER_IN_USE where a fact with `onDelete: "restrict"` refers to one,
   * WAREHOUSE_INVALID_OPTION where the keys are no list.
   */
  delete<T extends Dimension>(
    dimension: T,
    keys: Iterable<MemberKey<T>>,
    options?: Pick<JobOptions, "signal">,
  ): Promise<DeleteSummary>;

  /**
   * Deletes facts by what names them: the columns of their grain, with the natural keys of the roles in it, and the day and
   * version of a snapshot. Of a member with history, the facts of each of its versions go. One transaction, in the ledger
   * with what went; dimensions stay as they are.
   *
   * @throws WarehouseError WAREHOUSE_MASS_CLOSE where more would go than may, WAREHOUSE_INVALID_OPTION without any key,
   * WAREHOUSE_UNSUPPORTED for a bridge; CoreError CORE_INVALID_VALUE for a key that is none.
   */
  deleteFacts<T extends Fact>(
    fact: T,
    keys: Iterable<T["$key"]> | AsyncIterable<T["$key"]>,
    options?: DeleteFactsOptions,
  ): Promise<DeleteFactsSummary>;

  /** The statements {@link deleteFacts} would run, once it has looked at the keys. */
  planDeleteFacts(fact: Fact): LoadPlan;

  /**
   * Takes the history of a dimension back to a moment, in one transaction: versions that start at it or later go, those
   * that end at it or later are open again, and the loads that took effect since are forgotten, so that they can be
   * loaded anew. Columns that were overwritten keep their values.
   *
   * @throws WarehouseError WAREHOUSE_MEMBER_IN_USE where facts refer to versions that would go, unless they are to be
   * repointed; WAREHOUSE_UNSUPPORTED for a dimension without history.
   */
  rewind(dimension: Dimension, to: Instant, options?: RewindOptions): Promise<RewindSummary>;

  /** The statements {@link rewind} would run. */
  planRewind(
    dimension: Dimension,
    to: Instant,
    options?: Omit<RewindOptions, keyof JobOptions>,
  ): LoadPlan;

  /** The members of an scd2 dimension as they were at a moment; a day means its first moment in UTC. */
  asOf<T extends Dimension>(
    dimension: T,
    at: Instant,
    options?: QueryOptions,
  ): QueryResult<AsOfRow<T>>;

  /**
   * Adds the days of a calendar from one to another, both included; those it has stay as they are.
   *
   * @throws WarehouseError WAREHOUSE_INVALID_OPTION where the dimension is no calendar.
   */
  extend(
    calendar: Dimension,
    days: { readonly from: string; readonly to: string },
  ): Promise<{ readonly inserted: number }>;

  /**
   * Looks for rows that refer to no member, as foreign keys would: for engines without them, and after work that went
   * around the warehouse. An empty list is the good result.
   */
  checkIntegrity(): Promise<Orphans[]>;

  /** The table where it lives, as `quality` and queries take it. */
  table(table: StarTable): EngineTable;

  /** The table as the end of a pipeline; positions are kept in `_wh_positions`, in the transaction of the rows. */
  sink(table: StarTable, options?: Omit<LoadOptions, "loadId" | keyof JobOptions>): Sink;

  /** Closes the engine it was opened on. */
  close(): Promise<void>;
}
