import type { SqlEngine } from "@lakewright/sql";
import { SqlError } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { EngineName } from "../cli/options.ts";
import { ErpError } from "../failure.ts";

/** The database that silver and gold are in. */
export interface OpenWarehouse extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** What the state of a run calls it; undefined for a server that goes with the run. */
  readonly place: string | undefined;
  /** Told before little is done: in this process a second thread costs more than it saves then. */
  expectLittle(): Promise<void>;
}

const settings = { threads: "2", memory_limit: "512MB" } as const;

/** @throws ErpError ERP_ENGINE where the engine cannot be had, ERP_OUTPUT_IN_USE where another run has the file open. */
export async function openWarehouseEngine(
  engine: EngineName,
  url: string | undefined,
  file: string,
): Promise<OpenWarehouse> {
  if (engine === "duckdb") return await openFile(file);
  const { connect, start } = await driverOf(engine);
  if (url !== undefined) {
    const connected = connect(url);
    const place = createHash("sha256").update(url).digest("hex").slice(0, 16);
    return {
      engine: connected,
      place: `${engine}-${place}`,
      expectLittle: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => connected.close(),
    };
  }
  const server = await start().catch((cause: unknown) => {
    throw new ErpError("ERP_ENGINE", `No server for ${engine}: ${(cause as Error).message}`, {
      hint: "Give a database of yours with --url, or --engine duckdb.",
      cause,
    });
  });
  const connected = connect(await server.createDatabase());
  return {
    engine: connected,
    place: undefined,
    expectLittle: () => Promise.resolve(),
    [Symbol.asyncDispose]: async () => {
      await connected.close();
      await server.stop();
    },
  };
}

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

interface ServerDriver {
  readonly connect: (url: string) => SqlEngine;
  readonly start: () => Promise<Server>;
}

async function driverOf(engine: Exclude<EngineName, "duckdb">): Promise<ServerDriver> {
  if (engine === "postgres") {
    const { postgres } = await import("@lakewright/sql/postgres");
    const { startPostgres } = await import("../../../../tools/services/postgres.ts");
    return { connect: postgres, start: startPostgres };
  }
  const { mysql } = await import("@lakewright/sql/mysql");
  if (engine === "mysql") {
    const { startMysql } = await import("../../../../tools/services/mysql.ts");
    return { connect: mysql, start: startMysql };
  }
  const { startMariadb } = await import("../../../../tools/services/mariadb.ts");
  return { connect: mysql, start: startMariadb };
}

async function openFile(file: string): Promise<OpenWarehouse> {
  // A killed run leaves a log. DuckDB 1.5 replays it, and then fails to update what has an index ("Failed to delete all
  // rows from index") until the file was written whole and opened again.
  if (existsSync(`${file}.wal`)) {
    const replayed = await openReady(file);
    await replayed.execute("CHECKPOINT");
    await replayed.close();
  }
  const engine = await openReady(file);
  return {
    engine,
    place: "duckdb",
    expectLittle: async () => void (await engine.execute("SET GLOBAL threads = 1")),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

async function openReady(file: string): Promise<SqlEngine> {
  const engine = duckdb(file, { settings });
  try {
    await engine.query("SELECT 1").row();
    return engine;
  } catch (error) {
    await engine.close();
    throw inUse(error, file) ?? error;
  }
}

function inUse(error: unknown, file: string): ErpError | undefined {
  if (!(error instanceof SqlError) || error.code !== "SQL_CONNECTION") return undefined;
  if (!/lock|used by another process/.test(error.message)) return undefined;
  const pid = /PID (\d+)/.exec(error.message)?.[1];
  return new ErpError(
    "ERP_OUTPUT_IN_USE",
    `Another process${pid === undefined ? "" : ` (${pid})`} works on the folder ${dirname(file)}.`,
    { hint: "Wait until it is done, or give another folder with --out.", cause: error },
  );
}
