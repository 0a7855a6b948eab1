import { SqlError } from "../../errors.ts";
import { type Deadline, lockTimeout } from "../deadline.ts";
import type { ServerConnection } from "./connection.ts";

/** The locks of a server, which end with the session that holds them. */
export interface SessionLocks<C> {
  /** Says whether it was had; waits for it as long as the signal lets it, where it is to wait. */
  take(
    connection: C,
    name: string,
    waits: boolean,
    signal: AbortSignal | undefined,
  ): Promise<boolean>;
  /** Says whether it was still held. */
  free(connection: C, name: string): Promise<boolean>;
}

/**
 * Runs the function while the connection, which does nothing else, holds the lock of its session.
 *
 * @param limit - until when to wait for the lock; undefined does not wait
 */
export async function whileHeld<C extends ServerConnection, R>(
  connection: C,
  locks: SessionLocks<C>,
  name: string,
  limit: Deadline | undefined,
  run: () => Promise<R>,
): Promise<R> {
  const free = async (): Promise<boolean> => {
    if (connection.broken !== undefined) return false;
    try {
      return await locks.free(connection, name);
    } catch (error) {
      // With the connection the lock is gone.
      connection.broken ??= error as Error;
      return false;
    }
  };
  let result: R;
  let had = true;
  try {
    had = await locks.take(connection, name, limit !== undefined, limit?.signal);
    limit?.signal?.throwIfAborted();
    if (!had) throw lockTimeout(name, 0);
    limit?.end();
    result = await run();
  } catch (error) {
    // It may have been had at the very moment the wait for it was given up.
    if (had) await free();
    throw error;
  }
  if (await free()) return result;
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
