import type { JobOptions } from "@lakewright/core";
import type { Instant } from "../instant.ts";

/**
 * How rows meet what is there. By table: a dimension without history takes "upsert" (default) or "append", one with
 * history "scd2", a snapshot fact "replaceSnapshot", any other fact "upsert" (default), "append" or "rebuild". A
 * dimension is never rebuilt, for facts refer to its keys.
 */
export type LoadMode = "append" | "upsert" | "scd2" | "replaceSnapshot" | "rebuild";

/**
 * What becomes of rows of the table that the data does not have. "ignore": nothing, the data is part of it. Any other says
 * that the data is the whole. "close" ends the version of a member with history. "tombstone" marks the member with
 * `is_deleted`; with history, it ends the version and opens one that is marked. "delete" removes rows of a fact.
 */
export type Deletes = "ignore" | "close" | "tombstone" | "delete";

/** How rows are loaded into a table. */
export interface LoadOptions extends JobOptions {
  /** Names the load: a second one of this name changes nothing, whatever its data. Default: a random name. */
  readonly loadId?: string | undefined;
  /**
   * "append" puts rows aside that are there; "upsert" changes what differs; "scd2" keeps each change as a version;
   * "replaceSnapshot" replaces a version of a day; "rebuild" replaces all. Default by table.
   */
  readonly mode?: LoadMode | undefined;
  /** scd2: when the changes take effect. Default: the warehouse's clock, or a microsecond after the load before if later. */
  readonly at?: Instant | undefined;
  /**
   * scd2, with `at`: undoes first what took effect at that moment or later, as {@link Warehouse.rewind} does with
   * `facts: "repoint"`, so that the past is loaded anew; later loads have to be loaded again. Default false.
   */
  readonly restate?: boolean | undefined;
  /** "close" and "tombstone" for dimensions with history, "tombstone" without, "delete" for facts. Default "ignore". */
  readonly deletes?: Deletes | undefined;
  /** With deletes: the data is the whole of those rows only that share these columns with one of its rows. */
  readonly scope?: readonly string[] | undefined;
  /**
   * With deletes, and with "rebuild": the share of current rows that may go in one load. Default 0.2. Data without rows
   * is refused unless it is 1.
   */
  readonly maxClosedShare?: number | undefined;
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
   * An Arrow batch whose columns are others than the table's fails it either way.
   */
  readonly onReject?: "quarantine" | "error" | undefined;
  /**
   * A property or column the table does not have: left out ("ignore", default) or an invalid value ("error"). An Arrow
   * batch, as a query gives it, that lacks a nullable column besides is refused (CORE_SCHEMA_MISMATCH): the column may
   * have been renamed. Rows get a warning for it, WAREHOUSE_COLUMN_ABSENT: they may leave out what is null.
   */
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
  /** Of those inserted or updated, members that had ended, or had been marked as deleted. */
  readonly reopened: number;
  /** Members and facts that ended because the data does not have them. Snapshots, rebuilt facts: rows that were replaced. */
  readonly closed: number;
  readonly unchanged: number;
  /** Rows put aside in `_wh_rejects`. */
  readonly rejected: number;
}
