import { createHash } from "node:crypto";
import type { SessionLocks } from "../shared/server/held-lock.ts";
import type { Connection } from "./connection.ts";

export const sessionLocks: SessionLocks<Connection> = {
  take: async (connection, name, waits, signal) => {
    const verb = waits ? "pg_advisory_lock" : "pg_try_advisory_lock";
    const text = `SELECT ${verb}(${lockKey(name)})`;
    const { rows } = await connection.execute({ text, parameters: [] }, signal);
    return waits || rows[0]![0] === "t";
  },
  free: async (connection, name) => {
    const text = `SELECT pg_advisory_unlock(${lockKey(name)})`;
    const { rows } = await connection.execute({ text, parameters: [] });
    return rows[0]![0] === "t";
  },
};

/** The key of a lock, which Postgres wants to be a bigint: the first 64 bits of the SHA-256 of its name. */
function lockKey(name: string): bigint {
  return createHash("sha256").update(name).digest().readBigInt64BE();
}
