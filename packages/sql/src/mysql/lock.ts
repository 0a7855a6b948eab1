import { createHash } from "node:crypto";
import { SqlError } from "../errors.ts";
import { type Deadline, lockTimeout } from "../shared/deadline.ts";
import { sql, type Sql } from "../text.ts";
import { mysqlDialect } from "../dialects/mysql.ts";
import type { Connection } from "./connection.ts";

/** A year: MariaDB has no endless wait. */
const ENDLESS_SECONDS = 31_536_000;

/** The name the server knows it by, of at most 64 characters; those of all databases are in one room. */
function lockName(name: string): Sql {
  const hash = createHash("sha256").update(name).digest("hex");
  return sql`CONCAT('lw', SUBSTRING(SHA2(CONCAT(COALESCE(DATABASE(), ''), ${hash}), 256), 1, 60))`;
}

/**
 * Runs the function while the connection, which does nothing else, holds the lock of its session.
 *
 * @param limit - until when to wait for the lock; undefined does not wait
 */
export async function heldLock<R>(
  connection: Connection,
  name: string,
  limit: Deadline | undefined,
  run: () => Promise<R>,
): Promise<R> {
  await takeLock(connection, name, limit);
  let result: R;
  try {
    result = await run();
  } catch (error) {
    await free(connection, name);
    throw error;
  }
  if (await free(connection, name)) return result;
  throw new SqlError(
    "SQL_CONNECTION",
    `The connection that held the lock "${name}" was lost while its function ran.`,
    {
      hint: "The function has ended, but from some moment on another may have run beside it.",
      details: { lock: name },
      cause: connection.broken,
    },
  );
}

async function takeLock(
  connection: Connection,
  name: string,
  limit: Deadline | undefined,
): Promise<void> {
  const seconds = limit === undefined ? 0 : ENDLESS_SECONDS;
  try {
    const had = await isTrue(
      connection,
      sql`SELECT GET_LOCK(${lockName(name)}, ${seconds}) AS v`,
      limit?.signal,
    );
    limit?.signal?.throwIfAborted();
    if (!had) throw lockTimeout(name, 0);
    limit?.end();
  } catch (error) {
    // It may have been had at the very moment the wait for it was given up.
    await free(connection, name);
    throw error;
  }
}

/** Says whether the lock was still held. */
async function free(connection: Connection, name: string): Promise<boolean> {
  if (connection.broken !== undefined) return false;
  try {
    return await isTrue(connection, sql`SELECT RELEASE_LOCK(${lockName(name)}) AS v`, undefined);
  } catch (error) {
    // With the connection the lock is gone.
    connection.broken ??= error as Error;
    return false;
  }
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
