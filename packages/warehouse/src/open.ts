import type { SqlEngine } from "@lakewright/sql";
import type { Clock } from "./clock.ts";
import type { StarTable, Warehouse } from "./warehouse.ts";

export interface WarehouseOptions {
  /** Schema the tables are in, created where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
  /**
   * Foreign keys from facts to members. "auto" (default): where the engine has cascading ones, taken off and put back
   * around a large load; "enforce": always on; "off": none.
   */
  readonly fkMode?: "auto" | "enforce" | "off" | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
}

/**
 * Opens a star schema, creating the tables that are missing. Dimensions a fact refers to belong to it unasked.
 *
 * @throws WarehouseError WAREHOUSE_SCHEMA_MISMATCH where a table is there and differs, saying how.
 */
export async function openWarehouse(
  engine: SqlEngine,
  tables: Readonly<Record<string, StarTable>>,
  options: WarehouseOptions = {},
): Promise<Warehouse> {
  await Promise.resolve();
  throw new Error(`${engine.dialect.name} ${Object.keys(tables).length} ${options.schema}`);
}
