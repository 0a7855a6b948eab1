import { CoreError } from "@lakewright/core";
import { duckdbCapabilities } from "../dialects/duckdb.ts";
import type { Database, Host, Seat } from "../duckdb/seat.ts";
import { SqlError } from "../errors.ts";
import { assertKnownOptions } from "../shared/options.ts";
import { locksOf } from "../shared/waiting/named-locks.ts";
import { Connection } from "./connection.ts";
import type { WasmConnection, WasmDatabase } from "./driver.ts";
import { load } from "./load.ts";

/** A database of `@duckdb/duckdb-wasm`: `AsyncDuckDB`, or the one of its blocking bindings in Node. */
export interface DuckDbWasmDatabase {
  connect(): unknown;
}

/** A connection of `@duckdb/duckdb-wasm`: `AsyncDuckDBConnection`, or the one of its blocking bindings. */
export interface DuckDbWasmConnection {
  useUnsafe(work: never): unknown;
}

/** Where a browser finds the two files of duckdb-wasm, as a bundler or `selectBundle` gives them. */
export interface DuckDbWasmOptions {
  /** Address of `duckdb-eh.wasm` or another of its modules. */
  readonly mainModule: string;
  /** Address of the worker that goes with it: `duckdb-browser-eh.worker.js`. */
  readonly mainWorker: string;
}

/** A database or connection of the caller, which `close()` leaves open, or where to start one from. */
export type DuckDbWasmSource =
  DuckDbWasmDatabase | { readonly connection: DuckDbWasmConnection } | DuckDbWasmOptions;

/** @throws CoreError CORE_INVALID_OPTION where an option is unknown. */
export function wasmHost(source: DuckDbWasmSource): Host {
  if (typeof source !== "object" || source === null) throw noSource();
  if ("connection" in source) {
    assertKnownOptions("duckdbWasm()", source, ["connection"]);
    return hostOf(() => Promise.resolve(loneDatabase(source.connection)), true);
  }
  if ("connect" in source) {
    const database = source as unknown as WasmDatabase;
    return hostOf(() => Promise.resolve(databaseOf(database, () => {})), false);
  }
  assertKnownOptions("duckdbWasm()", source, ["mainModule", "mainWorker"]);
  const { mainModule, mainWorker } = source as Partial<DuckDbWasmOptions>;
  if (mainModule === undefined || mainWorker === undefined) throw noSource();
  return hostOf(async () => {
    const database = await start({ mainModule, mainWorker });
    return databaseOf(database, () => database.terminate?.());
  }, false);
}

function hostOf(open: () => Promise<Database>, lone: boolean): Host {
  return {
    name: "DuckDB",
    // Its JSON functions are an extension, which is fetched from a server: whether there is one, nobody can promise.
    capabilities: { ...duckdbCapabilities, readersDuringWrite: !lone, syntaxTrees: false },
    open,
  };
}

function loneDatabase(raw: DuckDbWasmConnection): Database {
  const connection = new Connection(raw as unknown as WasmConnection);
  return {
    borrowed: true,
    locks: locksOf(raw),
    connect: async () => {
      await keepOffline(connection);
      return seatOf(connection);
    },
    close: () => {},
  };
}

function databaseOf(
  database: WasmDatabase,
  close: () => Promise<void> | undefined | void,
): Database {
  return {
    borrowed: false,
    locks: locksOf(database),
    connect: async () => {
      const connection = new Connection(await database.connect());
      await keepOffline(connection);
      return seatOf(connection);
    },
    close: async () => {
      await close();
    },
  };
}

function seatOf(connection: Connection): Seat {
  return {
    connection,
    load: (path, table, data, options) => load(connection, path, table, data, options),
  };
}

/** Else what needs an extension that is not there is asked of a server, or makes duckdb-wasm hang. */
async function keepOffline(connection: Connection): Promise<void> {
  await connection.execute({
    text: "SET autoload_known_extensions = false; SET autoinstall_known_extensions = false",
    parameters: [],
  });
}

async function start({ mainModule, mainWorker }: DuckDbWasmOptions): Promise<WasmDatabase> {
  const { Worker } = globalThis as { readonly Worker?: new (url: string) => never };
  if (Worker === undefined) {
    throw new SqlError(
      "SQL_UNSUPPORTED",
      "There are no web workers here to start duckdb-wasm in.",
      {
        hint: "Give a database you have started: duckdbWasm(database), or use @lakewright/sql/duckdb.",
      },
    );
  }
  const driver = await import("@duckdb/duckdb-wasm").catch((cause: unknown) => {
    throw new SqlError(
      "SQL_MISSING_DRIVER",
      `@duckdb/duckdb-wasm could not be loaded: ${(cause as Error).message}`,
      { hint: "Install it: npm install @duckdb/duckdb-wasm", cause },
    );
  });
  try {
    const database = new driver.AsyncDuckDB(new driver.VoidLogger(), new Worker(mainWorker));
    await database.instantiate(mainModule);
    return database as unknown as WasmDatabase;
  } catch (cause) {
    throw new SqlError("SQL_CONNECTION", `duckdb-wasm did not start: ${(cause as Error).message}`, {
      hint: "Check the addresses of its module and its worker.",
      details: { mainModule, mainWorker },
      cause,
    });
  }
}

function noSource(): CoreError {
  return new CoreError(
    "CORE_INVALID_OPTION",
    "duckdbWasm() needs a database, { connection }, or { mainModule, mainWorker }.",
    { hint: "const bundle = await selectBundle(getJsDelivrBundles()); duckdbWasm(database)" },
  );
}
