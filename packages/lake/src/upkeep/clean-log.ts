import { findExpiredLog, removeExpiredLog } from "../delta/log/log-cleanup.ts";
import { assertWritable } from "../delta/schema/protocol.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { LogCleanupPlan } from "./types.ts";

/** Plans which files of the log to remove. */
export async function planCleanLog(table: DeltaTable): Promise<LogCleanupPlan> {
  await table.mutex.run(() => table.advance());
  const { store, state } = table;
  assertWritable(state.protocol, state.metadata, table.location);
  const expired = await findExpiredLog(store, state, table.clock());
  const bytes = expired.files.reduce((sum, { size }) => sum + size, 0);
  return {
    before: expired.before,
    files: expired.files.map(({ path }) => path),
    bytes,
    async run() {
      await removeExpiredLog(store, expired);
      return { filesRemoved: expired.files.length, bytesRemoved: bytes };
    },
  };
}
