import { showValue } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { StarTable } from "../../define/star-table.ts";
import { WarehouseError } from "../../errors.ts";
import { assertStarTable, assertWarehouse } from "../../given.ts";
import { invalid, isObject } from "../../options.ts";
import type { LoadOptions, Warehouse } from "../../warehouse.ts";
import { DELETED } from "../read/rows/columns.ts";
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
 * changes nothing twice. A snapshot ends what it does not have, in dimensions with history. Tables without a route fail,
 * and so do changes with deletions: let the warehouse compare, by `fullCompare({ compare: "target" })`.
 *
 * @param routes - by the name of the source table
 */
export function toWarehouse(
  warehouse: Warehouse,
  routes: Readonly<Record<string, WarehouseRoute>>,
): ExtractTarget {
  assertWarehouse("toWarehouse", warehouse);
  assertRoutes(routes);
  return {
    async write(source, batches, { table, mode, at, loadId, signal }) {
      const { name } = source.table;
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
      if (!route) {
        throw new WarehouseError("WAREHOUSE_UNKNOWN_TABLE", `No route is given for "${name}".`, {
          hint: `Routes are given for ${Object.keys(routes).join(", ")}.`,
        });
      }
      if (Object.hasOwn(table.columns, DELETED)) {
        throw new WarehouseError(
          "WAREHOUSE_UNSUPPORTED",
          `The changes of "${name}" have deletions, which a load of "${route.into.name}" does not take.`,
          { hint: 'Extract it by fullCompare({ compare: "target" }).' },
        );
      }
      const { into, map, load } = route;
      const isHistory = into.kind === "dimension" && into.versioning === "scd2";
      const deletes = mode === "snapshot" && isHistory ? "close" : undefined;
      const summary = await warehouse.load(into, map ? mapped(batches, map) : batches, {
        ...(deletes && { deletes }),
        ...(isHistory && { at }),
        ...load,
        loadId,
        signal,
      });
      return { applied: summary.applied, rows: summary.read };
    },
  };
}

async function* mapped(
  batches: AsyncIterable<RecordBatch>,
  map: NonNullable<WarehouseRoute["map"]>,
): AsyncGenerator<Record<string, unknown> | RecordBatch> {
  for await (const batch of batches) {
    const result = map(batch);
    if ("schema" in result) yield result as RecordBatch;
    else yield* result;
  }
}

function assertRoutes(routes: unknown): void {
  const hint = "Give { into: dimension } by the name of the table: { customers: { into: users } }.";
  if (!isObject(routes)) {
    throw invalid(`The routes of toWarehouse are ${showValue(routes)}, which is no object.`, hint);
  }
  for (const [name, route] of Object.entries(routes as Readonly<Record<string, unknown>>)) {
    const into: unknown = isObject(route) && "into" in route ? route.into : null;
    if (into === null) {
      throw invalid(`The route of "${name}" is ${showValue(route)}, which leads nowhere.`, hint);
    }
    assertStarTable(`The route of "${name}"`, into);
  }
}
