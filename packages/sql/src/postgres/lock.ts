import { createHash } from "node:crypto";
import { SqlError } from "../errors.ts";
import { type Deadline, lockTimeout } from "../shared/deadline.ts";
import type { Connection } from "./connection.ts";

/** The key of a lock, which Postgres wants to be a bigint: the first 64 bits of the SHA-256 of its name. */
function lockKey(name: string): bigint {
  return createHash("sha256").update(name).digest().readBigInt64BE();
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
  const key = lockKey(name);
  if (limit === undefined) await tryLock(connection, name, key);
  else await waitForLock(connection, key, limit);
  let result: R;
  try {
    result = await run();
  } catch (error) {
    await free(connection, key);
    throw error;
  }
  if (await free(connection, key)) return result;
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

async function tryLock(connection: Connection, name: string, key: bigint): Promise<void> {
  const text = `SELECT pg_try_advisory_lock(${key})`;
  const { rows } = await connection.execute({ text, parameters: [] });
  if (rows[0]![0] !== "t") throw lockTimeout(name, 0);
}

async function waitForLock(connection: Connection, key: bigint, limit: Deadline): Promise<void> {
  const text = `SELECT pg_advisory_lock(${key})`;
  try {
    await connection.execute({ text, parameters: [] }, limit.signal);
    limit.end();
  } catch (error) {
    // It may have been had at the very moment the wait for it was given up.
    await free(connection, key);
    throw error;
  }
}

/** Says whether the lock was still held. */
async function free(connection: Connection, key: bigint): Promise<boolean> {
  if (connection.broken !== undefined) return false;
  try {
    const { rows } = await connection.execute({
      text: `SELECT pg_advisory_unlock(${key})`,
      parameters: [],
    });
    return rows[0]![0] === "t";
  } catch (error) {
    // With the connection the lock is gone.
    connection.broken ??= error as Error;
    return false;
  }
}
