import { isLakeError } from "../../errors.ts";
import { openParquet } from "../../parquet.ts";
import { inOrder } from "../../store/parallel.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import { parseCommit } from "./commit-json.ts";
import type { TableState } from "./load.ts";
import { type CheckpointFile, LOG, logFile, SIDECARS } from "./log-files.ts";
import { decodePath } from "../data-files/paths.ts";
import { intervalProperty } from "../schema/properties.ts";
import { newestCheckpoint } from "./segment.ts";

const DAY_MS = 86_400_000;
const RETENTION_MS = 30 * DAY_MS;
/** A sidecar this young may be of a checkpoint that is being written. */
const YOUNG_SIDECAR_MS = DAY_MS;
const CHECKPOINTS_AT_ONCE = 4;

/** What a version's files begin with; compacted commits begin with that of their first. */
const VERSIONED = /^_delta_log\/(\d{20})\./;

/** Files of the log that no version within the retention needs. */
export interface ExpiredLog {
  /** Versions before this one can no longer be read once the files are gone; undefined where there are none. */
  readonly before: bigint | undefined;
  /** In the order in which they may be removed. */
  readonly files: readonly ObjectInfo[];
}

/**
 * Finds what a log no longer needs: everything before the newest checkpoint that is at or before the last commit older than
 * `delta.logRetentionDuration` (30 days by default, cut at midnight UTC). ("Metadata Cleanup" of PROTOCOL.md.) The log is
 * listed only as far as it is old.
 */
export async function findExpiredLog(
  store: Store,
  { metadata }: TableState,
  now: number,
): Promise<ExpiredLog> {
  const retention =
    intervalProperty(metadata.configuration, "delta.logRetentionDuration") ?? RETENTION_MS;
  const cutoff = Math.floor((now - retention) / DAY_MS) * DAY_MS;
  const { files, checkpoint } = await oldPart(store, cutoff);
  if (checkpoint === undefined) return { before: undefined, files: [] };
  const expired = files.filter((info) => versionOf(info)! < checkpoint);
  if (expired.length === 0) return { before: undefined, files: [] };
  const gone = new Set(expired.map(({ path }) => path));
  const sidecars = await expiredSidecars(store, gone, now);
  return { before: checkpoint, files: [...expired, ...sidecars] };
}

/** The files of the log up to the last commit before a time, and the newest checkpoint among them. */
async function oldPart(
  store: Store,
  cutoff: number,
): Promise<{ readonly files: readonly ObjectInfo[]; readonly checkpoint: bigint | undefined }> {
  const files: ObjectInfo[] = [];
  const checkpoints: CheckpointFile[] = [];
  let last: bigint | undefined;
  for await (const info of store.list(LOG)) {
    const version = versionOf(info);
    if (version === undefined) continue;
    const file = logFile(info);
    if (file?.kind === "commit") {
      if (info.modifiedMs >= cutoff) break;
      last = version;
    } else if (file) {
      checkpoints.push(file);
    }
    files.push(info);
  }
  if (last === undefined) return { files, checkpoint: undefined };
  return { files, checkpoint: newestCheckpoint(checkpoints, last)?.version };
}

function versionOf({ path }: ObjectInfo): bigint | undefined {
  const match = VERSIONED.exec(path);
  return match ? BigInt(match[1]!) : undefined;
}

/** Sidecars that no checkpoint names which stays. */
async function expiredSidecars(
  store: Store,
  gone: ReadonlySet<string>,
  now: number,
): Promise<readonly ObjectInfo[]> {
  const old: ObjectInfo[] = [];
  for await (const info of store.list(SIDECARS)) {
    if (info.modifiedMs < now - YOUNG_SIDECAR_MS) old.push(info);
  }
  if (old.length === 0) return [];
  const staying: ObjectInfo[] = [];
  for await (const info of store.list(LOG)) {
    if (logFile(info)?.kind === "checkpoint" && !gone.has(info.path)) staying.push(info);
  }
  const named = new Set<string>();
  const read = (info: ObjectInfo): Promise<readonly string[]> => sidecarsOf(store, info);
  for await (const paths of inOrder(staying, CHECKPOINTS_AT_ONCE, read)) {
    for (const path of paths) named.add(path);
  }
  return old.filter(({ path }) => !named.has(path.slice(SIDECARS.length)));
}

/** Names of the sidecars of a checkpoint file; none of one that was removed meanwhile. */
async function sidecarsOf(store: Store, { path, size }: ObjectInfo): Promise<readonly string[]> {
  try {
    if (path.endsWith(".json")) {
      const actions = parseCommit(await store.get(path), path);
      return actions.flatMap(({ sidecar }) => (sidecar ? [baseName(sidecar.path)] : []));
    }
    const file = await openParquet(randomAccess(store, path, size), { name: path });
    if (!file.table.fields.some(({ name }) => name === "sidecar")) return [];
    const names: string[] = [];
    for await (const batch of file.read({ columns: ["sidecar"] })) {
      for (const row of batch) {
        const { sidecar } = row.toJSON() as { sidecar: { path: string } | null };
        if (sidecar) names.push(baseName(sidecar.path));
      }
    }
    return names;
  } catch (error) {
    if (isLakeError(error, "LAKE_STORE_NOT_FOUND")) return [];
    throw error;
  }
}

function baseName(path: string): string {
  return decodePath(path).split("/").at(-1)!;
}

/** Removes expired files, oldest first, so that what is left is always the end of a log. */
export async function removeExpiredLog(store: Store, { files }: ExpiredLog): Promise<void> {
  for (const { path } of files) await store.delete(path);
}
