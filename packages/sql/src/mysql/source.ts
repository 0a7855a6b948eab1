import { CoreError } from "@lakewright/core";
import { assertScheme } from "../shared/given.ts";
import { assertKnownOptions } from "../shared/options.ts";
import { type Client, loadMysql2, type Pool } from "./driver.ts";

/** Where the server is and who asks. */
export interface MysqlConfig {
  /** mysql://user:password@host:port/database */
  readonly connectionString?: string | undefined;
  /** Default localhost. */
  readonly host?: string | undefined;
  /** Default 3306. */
  readonly port?: number | undefined;
  /** A Unix socket, instead of host and port. */
  readonly socketPath?: string | undefined;
  /** Default: none, and every table is named with its schema. */
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  /** Default: none. */
  readonly password?: string | undefined;
  /** Options of Node's tls.connect: `{ ca, rejectUnauthorized }`. Default: none. */
  readonly ssl?: object | undefined;
  /** Connections at most. Default 10. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds a new connection may take. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
}

/** A pool of `mysql2` or `mysql2/promise`: `createPool(…)`. */
export interface MysqlPool {
  getConnection: unknown;
  releaseConnection: unknown;
}

/** A connection string, its parts, or a pool of the caller, which `close()` leaves open. */
export type MysqlSource = string | MysqlConfig | MysqlPool;

const OPTIONS: readonly (keyof MysqlConfig)[] = [
  "connectionString",
  "host",
  "port",
  "socketPath",
  "database",
  "user",
  "password",
  "ssl",
  "maxConnections",
  "connectTimeoutMs",
];

/** @throws CoreError CORE_INVALID_OPTION where an option is unknown, or the connection string is another engine's. */
export function checkSource(source: MysqlSource): void {
  if (typeof source === "string" && source !== "") return assertScheme("mysql", source);
  if (typeof source === "object" && source !== null) {
    if (isPool(source)) return;
    assertKnownOptions("mysql()", source, OPTIONS);
    assertScheme("mysql", source.connectionString);
    return;
  }
  throw new CoreError(
    "CORE_INVALID_OPTION",
    "mysql() needs a connection string, its parts, or a pool.",
    { hint: 'mysql("mysql://user@localhost:3306/database")' },
  );
}

/** Whether the pool is the caller's. */
export function isPool(source: MysqlSource): source is MysqlPool {
  return typeof source === "object" && "getConnection" in source;
}

/** @throws SqlError SQL_MISSING_DRIVER */
export async function openPool(source: MysqlSource): Promise<Pool> {
  if (isPool(source)) {
    // A pool of promises stands before one of callbacks.
    return ((source as { readonly pool?: unknown }).pool ?? source) as Pool;
  }
  const config = typeof source === "string" ? { connectionString: source } : source;
  const { connectionString, maxConnections, connectTimeoutMs, ...rest } = config;
  const { createPool } = await loadMysql2();
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return createPool({
    ...(connectionString === undefined ? {} : { uri: connectionString }),
    ...Object.fromEntries(given),
    connectionLimit: maxConnections ?? 10,
    connectTimeout: connectTimeoutMs ?? 10_000,
    charset: "utf8mb4",
  }) as Pool;
}

/** What the meaning of statements and the text of values depend on. */
const SETTINGS: Readonly<Record<string, string>> = {
  autocommit: "1",
  time_zone: "'+00:00'",
  sql_notes: "1",
  sql_safe_updates: "0",
  foreign_key_checks: "1",
  unique_checks: "1",
};

/** Standard SQL where MySQL has a choice, and nothing that does not fit is bent until it does. */
const MODES = [
  "ANSI_QUOTES",
  "PIPES_AS_CONCAT",
  "REAL_AS_FLOAT",
  "STRICT_TRANS_TABLES",
  "STRICT_ALL_TABLES",
  "NO_ZERO_IN_DATE",
  "NO_ZERO_DATE",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ENGINE_SUBSTITUTION",
];

/** Of a new session: texts differ by case, accents and trailing blanks. */
export function sessionSettings(client: Client): readonly string[] {
  const isMaria = isMariadb(client);
  const collation = isMaria ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  // MariaDB knows of no column that depends on another, and would refuse what the others take.
  const modes = isMaria ? MODES : [...MODES, "ONLY_FULL_GROUP_BY"];
  const settings = Object.entries({ ...SETTINGS, sql_mode: `'${modes.join(",")}'` });
  return [
    `SET NAMES utf8mb4 COLLATE ${collation}`,
    `SET ${settings.map(([name, value]) => `${name} = ${value}`).join(", ")}`,
  ];
}

const KEPT = [
  "sql_mode",
  "time_zone",
  "autocommit",
  "sql_notes",
  "sql_safe_updates",
  "foreign_key_checks",
  "unique_checks",
  "character_set_client",
  "character_set_results",
  "collation_connection",
];

/** Keeps what the settings change, in the session itself: a connection of the caller's goes back as it came. */
export const KEEP_SETTINGS: string = `SET ${KEPT.map((name) => `@lakewright_${name} = @@SESSION.${name}`).join(", ")}`;
export const RESTORE_SETTINGS: string = `SET ${KEPT.map((name) => `SESSION ${name} = @lakewright_${name}`).join(", ")}`;

/** Connections of pools of ours that have the settings. */
export const prepared: WeakSet<Client> = new WeakSet();

function isMariadb(client: Client): boolean {
  return /mariadb/i.test(client._handshakePacket?.serverVersion ?? "");
}
