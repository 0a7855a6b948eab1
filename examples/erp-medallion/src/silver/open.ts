import type { SqlEngine } from "@lakewright/sql";
import { type Clock, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { star } from "./star/star.ts";

/** Opens the star schema of silver on an engine, creating the tables that are missing. */
export function openSilver(
  engine: SqlEngine,
  options: { readonly clock?: Clock | undefined } = {},
): Promise<Warehouse> {
  return openWarehouse(engine, star, options);
}
