import { SqlError } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { dirname } from "node:path";
import { DemoError } from "../failure.ts";
import { databaseSettings } from "../lake/database.ts";
import { star } from "./star.ts";

/**
 * The star schema in a DuckDB file. DuckDB locks it: a second job on the folder ends here.
 *
 * @throws DemoError DEMO_OUTPUT_IN_USE where another process has the file open
 */
export async function openStar(path: string, now: number): Promise<Warehouse> {
  const engine = duckdb(path, { settings: databaseSettings });
  try {
    return await openWarehouse(engine, star, { clock: { now: () => new Date(now) } });
  } catch (error) {
    await engine.close();
    throw inUse(error, path) ?? error;
  }
}

function inUse(error: unknown, path: string): DemoError | undefined {
  if (!(error instanceof SqlError) || error.code !== "SQL_CONNECTION") return undefined;
  if (!/lock|used by another process/.test(error.message)) return undefined;
  const pid = /PID (\d+)/.exec(error.message)?.[1];
  return new DemoError(
    "DEMO_OUTPUT_IN_USE",
    `Another process${pid === undefined ? "" : ` (${pid})`} works on the folder ${dirname(path)}: ${path} is locked.`,
    { hint: "Wait until it is done, or give another folder with --out.", cause: error },
  );
}
