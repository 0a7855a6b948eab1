import { realpathSync } from "node:fs";
import { CoreError, showValue } from "@lakewright/core";
import { duckdbCapabilities } from "../dialects/duckdb.ts";
import { assertScheme } from "../shared/given.ts";
import { locksOf, NamedLocks } from "../shared/waiting/named-locks.ts";
import { Connection } from "./connection.ts";
import { type Driver, type DuckDBConnection, type DuckDBInstance, loadDriver } from "./driver.ts";
import { toOpenError } from "./error.ts";
import { load } from "./load.ts";
import { LoadSource } from "./load-source.ts";
import type { Database, Host, Seat } from "./seat.ts";

/** The database in memory, seen by this engine only. */
const MEMORY = ":memory:";

/** Nothing is downloaded behind the caller's back, and text of an instant is that of UTC. */
const SETTINGS: Readonly<Record<string, string>> = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** An instance of `@duckdb/node-api`: `DuckDBInstance`. */
export interface DuckDbInstance {
  connect(): Promise<unknown>;
}

/** A connection of `@duckdb/node-api`: `DuckDBConnection`. */
export interface DuckDbConnection {
  extractStatements(sql: string): Promise<unknown>;
  interrupt(): void;
}

/** Where the database is: a file, ":memory:", or what the caller has opened and will close. */
export type DuckDbSource =
  string | { readonly instance: DuckDbInstance } | { readonly connection: DuckDbConnection };

export interface DuckDbOptions {
  /** Open the file for reading only; several processes then can. Default false. */
  readonly readOnly?: boolean | undefined;
  /** Memory for data at most, such as "1GB"; beyond it DuckDB spills to disk. Default: 80 % of the machine's. */
  readonly memoryLimit?: string | undefined;
  /** Other settings of DuckDB, such as `{ threads: "2" }`. Extensions are never loaded unasked. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** @throws CoreError CORE_INVALID_OPTION where there is no source. */
export function checkSource(source: DuckDbSource): void {
  if (typeof source === "string" && source !== "") return assertScheme("duckdb", source);
  const keys = typeof source === "object" && (source as object | null) ? Object.keys(source) : [];
  if (keys.length === 1 && (keys[0] === "instance" || keys[0] === "connection")) return;
  throw new CoreError(
    "CORE_INVALID_OPTION",
    `duckdb() needs a path, ":memory:", { instance } or { connection }, and was given ${showValue(source)}.`,
    { hint: 'duckdb("warehouse.duckdb"), or duckdb(":memory:").' },
  );
}

/** DuckDB in this process. */
export function nativeHost(source: DuckDbSource, options: DuckDbOptions): Host {
  const borrowed = typeof source === "object" && "connection" in source;
  return {
    name: "DuckDB",
    capabilities: borrowed
      ? { ...duckdbCapabilities, readersDuringWrite: false }
      : duckdbCapabilities,
    open: async () => openDatabase(await loadDriver(), source, options),
  };
}

/** @throws SqlError SQL_CONNECTION where the file cannot be opened. */
async function openDatabase(
  driver: Driver,
  source: DuckDbSource,
  options: DuckDbOptions,
): Promise<Database> {
  if (typeof source === "object" && "connection" in source) {
    const connection = new Connection(driver, source.connection as unknown as DuckDBConnection);
    return {
      borrowed: true,
      locks: locksOf(source.connection),
      connect: () => Promise.resolve(seatOf(connection, true)),
      close: () => {},
    };
  }
  if (typeof source === "object" && "instance" in source) {
    const instance = source.instance as unknown as DuckDBInstance;
    return {
      borrowed: false,
      locks: locksOf(source.instance),
      connect: () => connect(driver, instance),
      close: () => {},
    };
  }
  const instance = await openInstance(driver, source, options);
  return {
    borrowed: false,
    locks: source === MEMORY ? new NamedLocks() : locksOf(realpathSync(source)),
    connect: () => connect(driver, instance),
    close: () => instance.closeSync(),
  };
}

async function openInstance(
  { api }: Driver,
  path: string,
  options: DuckDbOptions,
): Promise<DuckDBInstance> {
  const settings = {
    ...SETTINGS,
    ...options.settings,
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.readOnly ? { access_mode: "READ_ONLY" } : {}),
  };
  try {
    // Two instances of one file in one process would not see each other's changes, and corrupt it; the cache shares one.
    return path === MEMORY
      ? await api.DuckDBInstance.create(path, settings)
      : await api.DuckDBInstance.fromCache(path, settings);
  } catch (cause) {
    throw toOpenError(cause, path);
  }
}

async function connect(driver: Driver, instance: DuckDBInstance): Promise<Seat> {
  try {
    const raw = await instance.connect();
    await raw.run("SET TimeZone = 'UTC'");
    return seatOf(new Connection(driver, raw), false);
  } catch (cause) {
    throw toOpenError(cause, "a connection to DuckDB");
  }
}

function seatOf(connection: Connection, borrowed: boolean): Seat {
  const source = new LoadSource(connection.driver);
  const register = (): void => source.register(connection.raw);
  if (!borrowed) register();
  return {
    connection,
    // The one connection the caller owns may have rolled back what had been registered before.
    ...(borrowed ? { prepare: register } : {}),
    load: (path, table, data, options) => load(connection, source, path, table, data, options),
  };
}
