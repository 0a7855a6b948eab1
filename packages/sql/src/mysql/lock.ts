import { createHash } from "node:crypto";
import { mysqlDialect } from "../dialects/mysql.ts";
import type { SessionLocks } from "../shared/server/held-lock.ts";
import { sql, type Sql } from "../text.ts";
import type { Connection } from "./connection.ts";

/** A year: MariaDB has no endless wait. */
const ENDLESS_SECONDS = 31_536_000;

export const sessionLocks: SessionLocks<Connection> = {
  take: (connection, name, waits, signal) => {
    const seconds = waits ? ENDLESS_SECONDS : 0;
    return isTrue(connection, sql`SELECT GET_LOCK(${lockName(name)}, ${seconds}) AS v`, signal);
  },
  free: (connection, name) =>
    isTrue(connection, sql`SELECT RELEASE_LOCK(${lockName(name)}) AS v`, undefined),
};

/** The name the server knows it by, of at most 64 characters; those of all databases are in one room. */
function lockName(name: string): Sql {
  const hash = createHash("sha256").update(name).digest("hex");
  return sql`CONCAT('lw', SUBSTRING(SHA2(CONCAT(COALESCE(DATABASE(), ''), ${hash}), 256), 1, 60))`;
}

async function isTrue(
  connection: Connection,
  statement: Sql,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let value: unknown;
  for await (const batch of connection.stream(statement.render(mysqlDialect), { signal }, false)) {
    value = batch.getChild("v")?.get(0);
  }
  return Number(value ?? 0) === 1;
}
