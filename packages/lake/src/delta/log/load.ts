import { warn } from "@lakewright/core";
import { isLakeError, LakeError } from "../../errors.ts";
import { inOrder } from "../../store/parallel.ts";
import type { Store } from "../../store/store.ts";
import type { Action, Metadata, Protocol } from "./actions.ts";
import { readCheckpoint } from "../checkpoint/read.ts";
import { parseCommit } from "./commit-json.ts";
import { FileLines, scanCommit } from "./commit-scan.ts";
import { type CommitFile, commitPath, padVersion } from "./log-files.ts";
import { LogState } from "./log-state.ts";
import { findSegment, listLog, type Segment } from "./segment.ts";

const COMMITS_AT_ONCE = 8;

/** A state that has what every table must have. */
export type TableState = LogState & { readonly protocol: Protocol; readonly metadata: Metadata };

/**
 * Replays the log up to a version, by default the latest.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND, LAKE_VERSION_NOT_FOUND, LAKE_CORRUPT_LOG.
 */
export async function loadState(store: Store, version?: bigint): Promise<TableState> {
  const without = new Set<string>();
  for (;;) {
    const segment = await findSegment(store, { version, without });
    const state = new LogState();
    try {
      await applyCheckpoint(store, segment, state);
    } catch (error) {
      // Commits that are still there tell the same: a broken checkpoint must not hide a table.
      if (!isLakeError(error, "LAKE_CORRUPT_PARQUET", "LAKE_CORRUPT_LOG", "LAKE_STORE_NOT_FOUND"))
        throw error;
      for (const file of segment.checkpoint!.files) without.add(file.path);
      const readable = await findSegment(store, { version, without }).then(
        () => true,
        () => false,
      );
      if (!readable) throw error;
      warn(
        "LAKE_CORRUPT_CHECKPOINT",
        `Checkpoint ${segment.checkpoint!.version} of ${store.location} cannot be read.`,
        {
          location: store.location,
          cause: error,
        },
      );
      continue;
    }
    await applyCommits(store, segment.commits, state);
    return whole(state, store);
  }
}

/**
 * Brings a state to the latest version: by the commits after it, or anew where the log was cleaned up past it.
 * The state given is changed only by whole commits.
 */
export async function advance(store: Store, state: TableState): Promise<TableState> {
  const { commits, latest } = await listLog(store, `${padVersion(state.version)}.json`);
  if (latest === undefined) return state;
  const contiguous =
    commits.at(-1)?.version === latest &&
    commits[0]?.version === state.version + 1n &&
    BigInt(commits.length) === latest - state.version;
  if (!contiguous) return loadState(store);
  await applyCommits(store, commits, state);
  return whole(state, store);
}

/** The actions of a version; undefined where there is no such commit. */
export async function readCommit(store: Store, version: bigint): Promise<Action[] | undefined> {
  const path = commitPath(version);
  try {
    return parseCommit(await store.get(path), path);
  } catch (error) {
    if (isLakeError(error, "LAKE_STORE_NOT_FOUND")) return undefined;
    throw error;
  }
}

async function applyCheckpoint(store: Store, segment: Segment, state: LogState): Promise<void> {
  if (!segment.checkpoint) return;
  for await (const rows of readCheckpoint(store, segment.checkpoint.files)) state.applyRows(rows);
  const { version } = segment.checkpoint;
  state.version = version;
  Object.assign(state.changed, { protocol: version, metadata: version, files: version });
}

async function applyCommits(
  store: Store,
  commits: readonly CommitFile[],
  state: LogState,
): Promise<void> {
  const read = async ({ version, info }: CommitFile): Promise<ReadCommit> => ({
    version,
    path: info.path,
    bytes: await store.get(info.path),
  });
  const lines = new FileLines();
  for await (const { version, path, bytes } of inOrder(commits, COMMITS_AT_ONCE, read)) {
    state.applyScanned(version, scanCommit(bytes, path, lines));
  }
}

interface ReadCommit {
  readonly version: bigint;
  readonly path: string;
  readonly bytes: Uint8Array;
}

function whole(state: LogState, store: Store): TableState {
  for (const action of ["protocol", "metadata"] as const) {
    if (state[action] === undefined) {
      throw new LakeError(
        "LAKE_CORRUPT_LOG",
        `The log of ${store.location} has no ${action === "metadata" ? "metaData" : action} up to version ${state.version}.`,
        { details: { location: store.location, version: state.version } },
      );
    }
  }
  return state as TableState;
}
