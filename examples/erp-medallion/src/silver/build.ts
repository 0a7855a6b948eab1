import { type JobOptions, progressReporter, trace } from "@lakewright/core";
import type { Instant, Warehouse } from "@lakewright/warehouse";
import type { BronzeReader } from "./bronze-reader.ts";
import { colleagueCleaning } from "./dimensions/colleagues.ts";
import { customerCleaning } from "./dimensions/customers.ts";
import { locationCleaning } from "./dimensions/locations.ts";
import { productCleaning } from "./dimensions/products.ts";
import { supplierCleaning } from "./dimensions/suppliers.ts";
import { warehouseCleaning } from "./dimensions/warehouses.ts";
import { activityCleaning } from "./facts/activities.ts";
import { incidentCleaning } from "./facts/incidents.ts";
import { interventionCleaning } from "./facts/interventions.ts";
import { inventoryCleaning } from "./facts/inventory.ts";
import { purchasesCleaning } from "./facts/purchases.ts";
import { salesCleaning } from "./facts/sales.ts";
import { loadCleaned, type SilverRun } from "./load/cleaned.ts";
import { createFindings } from "./load/findings.ts";
import { dirtFound, reconcile } from "./load/reconcile.ts";
import type { Lookups } from "./lookups/lookups.ts";
import { keepValues } from "./lookups/customer-values.ts";
import { colleagues } from "./star/dimensions.ts";
import { openWorkbench } from "./workbench/workbench.ts";
import { instantMicros } from "./instant.ts";

export interface BuildSilverOptions extends JobOptions {
  /** When what bronze has now took effect: the versions of dimensions begin then. A load of the same moment happens once. */
  readonly at: Instant;
  /** Only what bronze has recorded after this is read again: when the bronze run before ended. Default: everything. */
  readonly changedSince?: Instant | undefined;
  /** Services for the weather and for addresses. Default: tables that come with the example. */
  readonly lookups?: Lookups | undefined;
}

/** What became of the rows of one source table. `current = loaded + quarantined + leftOut`. */
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
  /** Rows that are no rows of silver by rule: comments among the lines of documents. */
  readonly leftOut: number;
}

/** What the load of one table did. */
export interface LoadedTable {
  readonly table: string;
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly closed: number;
  readonly unchanged: number;
  /** Facts whose row is gone from the source. */
  readonly deleted: number;
  /** Facts: the days, as yyyymmdd, that rows were added to, changed on or taken from. */
  readonly touchedDays: readonly bigint[];
}

/** A kind of dirt that was found: values that were mended or taken out ("value"), rows that were put aside ("row"). */
export interface Dirt {
  readonly table: string;
  readonly column: string;
  readonly reason: string;
  readonly kind: "value" | "row";
  readonly count: number;
}

export interface SilverSummary {
  /** The tables that were loaded; what no change can have reached is not among them. */
  readonly tables: readonly LoadedTable[];
  readonly reconciliation: readonly Reconciliation[];
  readonly dirt: readonly Dirt[];
  /** By fact, the days that may have other rows than before; all of its days where everything was read. */
  readonly touchedDays: Readonly<Record<string, readonly bigint[]>>;
}

const cleanings = [
  locationCleaning,
  warehouseCleaning,
  supplierCleaning,
  productCleaning,
  colleagueCleaning,
  customerCleaning,
  salesCleaning,
  purchasesCleaning,
  inventoryCleaning,
  interventionCleaning,
  incidentCleaning,
  activityCleaning,
] as const;

/**
 * Cleans, joins and enriches what is current in bronze, and loads it into the star schema.
 *
 * @throws ErpError ERP_NOT_RECONCILED where a row of bronze is neither in silver nor in quarantine; ERP_MISSING_TABLE.
 */
export async function buildSilver(
  bronze: BronzeReader,
  warehouse: Warehouse,
  options: BuildSilverOptions,
): Promise<SilverSummary> {
  const { signal, lookups = {}, changedSince } = options;
  const at = instantMicros(options.at);
  const since = changedSince === undefined ? undefined : instantMicros(changedSince);
  const today = new Date(Number(at / 1000n)).toISOString().slice(0, 10);
  await using workbench = await openWorkbench(bronze, since);
  const run: SilverRun = {
    workbench,
    warehouse,
    at,
    today,
    lookups,
    whole: since === undefined,
    signal,
  };
  const report = progressReporter(options.onProgress);
  const total = cleanings.length;
  await createFindings(warehouse.engine);
  const tables: LoadedTable[] = [];
  for (const [done, cleaning] of cleanings.entries()) {
    signal?.throwIfAborted();
    report({ phase: cleaning.table.name, done, total, unit: "steps" });
    const load = (): Promise<LoadedTable | undefined> => loadCleaned(run, cleaning);
    const loaded = await trace("erp.silver", { table: cleaning.table.name }, load);
    if (!loaded) continue;
    tables.push(loaded);
    if (cleaning === colleagueCleaning && (run.whole || loaded.inserted > 0))
      await referToManagers(run);
    if (cleaning === salesCleaning) await keepValues(run);
  }
  const reconciliation = await reconcile(run, cleanings);
  report({ phase: "reconciled", done: total, total, unit: "steps" });
  const touchedDays = Object.fromEntries(
    tables.map((loaded) => [loaded.table, loaded.touchedDays]),
  );
  return { tables, reconciliation, dirt: await dirtFound(run), touchedDays };
}

/** Managers are colleagues: the keys of those that are new are known once all are loaded, and set by a second load. */
async function referToManagers(run: SilverRun): Promise<void> {
  await loadCleaned(run, colleagueCleaning, `${colleagues.name}@${run.at}#managers`);
}
