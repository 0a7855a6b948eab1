import { CoreError } from "@lakewright/core";
import { assertScheme } from "../shared/given.ts";
import { assertKnownOptions } from "../shared/options.ts";
import { type Client, loadPg, type Pool } from "./driver.ts";

/** Where the server is and who asks; what is left out comes from the environment, as with psql (PGHOST, PGUSER …). */
export interface PostgresConfig {
  /** postgres://user:password@host:port/database?sslmode=require */
  readonly connectionString?: string | undefined;
  /** Name, address, or the folder of a Unix socket. Default PGHOST, else localhost. */
  readonly host?: string | undefined;
  /** Default PGPORT, else 5432. */
  readonly port?: number | undefined;
  /** Default PGDATABASE, else the name of the user. */
  readonly database?: string | undefined;
  /** Default PGUSER, else the user of the system. */
  readonly user?: string | undefined;
  /** Text, or a function that gives it for each connection: a token that expires. Default PGPASSWORD. */
  readonly password?: string | (() => string | Promise<string>) | undefined;
  /** true, or the options of Node's tls.connect: `{ ca, rejectUnauthorized }`. Default: none. */
  readonly ssl?: boolean | object | undefined;
  /** Name the server shows in pg_stat_activity. Default "lakewright". */
  readonly applicationName?: string | undefined;
  /** Connections at most. Default 10. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds a new connection may take. Default 10,000; 0 waits for ever. */
  readonly connectTimeoutMs?: number | undefined;
}

/** A pool of `pg`: `new Pool(…)`. */
export interface PostgresPool {
  connect(): Promise<unknown>;
  readonly totalCount: number;
}

/** A connection string, its parts, or a pool of the caller, which `close()` leaves open. */
export type PostgresSource = string | PostgresConfig | PostgresPool;

const OPTIONS: readonly (keyof PostgresConfig)[] = [
  "connectionString",
  "host",
  "port",
  "database",
  "user",
  "password",
  "ssl",
  "applicationName",
  "maxConnections",
  "connectTimeoutMs",
];

/** @throws CoreError CORE_INVALID_OPTION where an option is unknown, or the connection string is another engine's. */
export function checkSource(source: PostgresSource): void {
  if (typeof source === "string" && source !== "") return assertScheme("postgres", source);
  if (typeof source === "object" && source !== null) {
    if (isPool(source)) return;
    assertKnownOptions("postgres()", source, OPTIONS);
    assertScheme("postgres", source.connectionString);
    return;
  }
  throw new CoreError(
    "CORE_INVALID_OPTION",
    "postgres() needs a connection string, its parts, or a pool.",
    { hint: 'postgres("postgres://user@localhost:5432/database")' },
  );
}

/** Whether the pool is the caller's. */
export function isPool(source: PostgresSource): source is PostgresPool {
  return typeof source === "object" && "connect" in source && "totalCount" in source;
}

/** @throws SqlError SQL_MISSING_DRIVER */
export async function openPool(source: PostgresSource): Promise<Pool> {
  if (isPool(source)) return source as unknown as Pool;
  const config = typeof source === "string" ? { connectionString: source } : source;
  const { applicationName, maxConnections, connectTimeoutMs, ...rest } = config;
  const { Pool } = await loadPg();
  const pool = new Pool({
    ...(Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as object),
    application_name: applicationName ?? "lakewright",
    max: maxConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs ?? 10_000,
  }) as unknown as Pool;
  // A connection that breaks while nobody has it is replaced; without a listener it would end the process.
  pool.on("error", () => {});
  return pool;
}

/** What the text of values depends on, and text of an instant is that of UTC. */
export const SESSION_SETTINGS: string = [
  "SET TIME ZONE 'UTC'",
  "SET DateStyle = 'ISO, YMD'",
  "SET extra_float_digits = 1",
  "SET bytea_output = 'hex'",
  "SET standard_conforming_strings = on",
].join("; ");

/** Connections that have the settings. */
export const prepared: WeakSet<Client> = new WeakSet();
