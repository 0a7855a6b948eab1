import { LakeError } from "../../errors.ts";
import { inOrder } from "../../store/parallel.ts";
import type { Store } from "../../store/store.ts";
import { readCommit, type TableState } from "./load.ts";
import type { CommitFile } from "./log-files.ts";
import { isEnabled } from "../schema/readable.ts";
import { listLog } from "./segment.ts";

const COMMITS_AT_ONCE = 8;

export interface CommitTime {
  readonly version: bigint;
  readonly timestampMs: number;
}

/**
 * When each commit that the log still has was made: the time in the commit where the table keeps one, else that of its
 * file, made strictly increasing as Spark does. Source: DeltaHistoryManager.scala of delta-io/delta.
 */
export async function commitTimes(store: Store, state: TableState): Promise<readonly CommitTime[]> {
  const { commits } = await listLog(store);
  const timedFrom = inCommitTimesFrom(state);
  const read = async ({ version, info }: CommitFile): Promise<number> =>
    timedFrom !== undefined && version >= timedFrom
      ? ((await inCommitTime(store, version)) ?? info.modifiedMs)
      : info.modifiedMs;
  const times: CommitTime[] = [];
  let last = -Infinity;
  let k = 0;
  for await (const timestampMs of inOrder(commits, COMMITS_AT_ONCE, read)) {
    last = Math.max(Math.floor(timestampMs), last + 1);
    times.push({ version: commits[k++]!.version, timestampMs: last });
  }
  return times;
}

/**
 * The version that stood at a time.
 *
 * @throws LakeError LAKE_VERSION_NOT_FOUND for a time before the first commit the log still has, or after the last.
 */
export async function versionAt(
  store: Store,
  state: TableState,
  timestampMs: number,
): Promise<bigint> {
  const times = await commitTimes(store, state);
  const found = times.findLast((commit) => commit.timestampMs <= timestampMs);
  const last = times.at(-1);
  if (found && last && timestampMs <= last.timestampMs) return found.version;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const bound = found ? last : times[0];
  throw new LakeError(
    "LAKE_VERSION_NOT_FOUND",
    `Table ${store.location} has no version at ${iso(timestampMs)}` +
      (bound
        ? `: the ${found ? "latest" : "earliest"}, ${bound.version}, is of ${iso(bound.timestampMs)}.`
        : "."),
    {
      hint: found
        ? "Leave asOf out for the latest version; history() tells the times there are."
        : "Call history() for the times there are, or give asOf a version.",
      details: { location: store.location, timestamp: iso(timestampMs) },
    },
  );
}

function inCommitTimesFrom({ metadata }: TableState): bigint | undefined {
  if (!isEnabled(metadata, "delta.enableInCommitTimestamps")) return undefined;
  const from = metadata.configuration["delta.inCommitTimestampEnablementVersion"];
  return from !== undefined && /^\d+$/.test(from) ? BigInt(from) : 0n;
}

/** The time a commit carries; undefined where it carries none, or is no longer there. */
export async function inCommitTime(store: Store, version: bigint): Promise<number | undefined> {
  const actions = await readCommit(store, version);
  const info = actions?.find((action) => action.commitInfo)?.commitInfo;
  return info?.inCommitTimestamp;
}
