import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { databaseSettings } from "../lake/database.ts";
import { star } from "./star.ts";

/** The star schema in a DuckDB file. DuckDB locks it: a second job on the folder ends here. */
export function openStar(path: string, now: number): Promise<Warehouse> {
  const engine = duckdb(path, { settings: databaseSettings });
  return openWarehouse(engine, star, { clock: { now: () => new Date(now) } });
}
