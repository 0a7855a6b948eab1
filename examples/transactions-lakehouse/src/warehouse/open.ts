import { SqlError, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { postgres } from "@lakewright/sql/postgres";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { dirname } from "node:path";
import { DemoError } from "../failure.ts";
import { databaseSettings } from "../lake/database.ts";
import { star } from "./star.ts";

/** Where the star schema is: the file of a DuckDB, or the URL of a database on a server. */
export type StarPlace = { readonly file: string } | { readonly url: string };

/**
 * Opens the star schema for a job, alone: DuckDB locks its file, on a server a named lock is held.
 *
 * @param out - the folder of the job
 * @throws DemoError DEMO_OUTPUT_IN_USE where another job has it
 */
export async function withStar<R>(
  place: StarPlace,
  { now, out }: { readonly now: number; readonly out: string },
  job: (warehouse: Warehouse) => Promise<R>,
): Promise<R> {
  if ("file" in place) {
    await using warehouse = await openFile(place.file, now);
    return await job(warehouse);
  }
  await using engine = serverOf(place.url);
  try {
    return await engine.withLock("lakewright demo", async () => job(await openStar(engine, now)), {
      waitMs: 0,
    });
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== "SQL_TIMEOUT") throw error;
    throw new DemoError(
      "DEMO_OUTPUT_IN_USE",
      "Another job fills the star schema of that database.",
      {
        hint: `Wait until it is done, or give another database with --warehouse; the folder is ${out}.`,
        cause: error,
      },
    );
  }
}

async function openFile(path: string, now: number): Promise<Warehouse> {
  const engine = duckdb(path, { settings: databaseSettings });
  try {
    return await openStar(engine, now);
  } catch (error) {
    await engine.close();
    throw inUse(error, path) ?? error;
  }
}

function openStar(engine: SqlEngine, now: number): Promise<Warehouse> {
  return openWarehouse(engine, star, { clock: { now: () => new Date(now) } });
}

/** The engine for a URL that the command line has checked. */
function serverOf(url: string): SqlEngine {
  return /^postgres(ql)?:/.test(url) ? postgres(url) : mysql(url.replace(/^mariadb:/, "mysql:"));
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
