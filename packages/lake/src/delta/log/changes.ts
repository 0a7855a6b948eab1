import { isLakeError, LakeError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";
import type { Action, DeletionVector, PartitionValues } from "./actions.ts";
import { loadState, readCommit, type TableState } from "./load.ts";
import { fileKey, LogState } from "./log-state.ts";
import { canonicalPath } from "../data-files/paths.ts";
import { type MappingMode, mappingMode } from "../schema/mapping-mode.ts";
import { assertReadable, isEnabled } from "../schema/readable.ts";

/** A file with changed rows. */
export interface FileChange {
  readonly path: string;
  readonly partitionValues: PartitionValues;
  /** Undefined where the log does not say. */
  readonly size: number | undefined;
  /** Undefined where the rows of the file say it themselves. */
  readonly type: "insert" | "delete" | undefined;
  /** Rows that are no change because they were deleted on both sides. */
  readonly without?: DeletionVector | undefined;
  /** Where set, the changes are only the rows that this vector has and `without` does not. */
  readonly within?: DeletionVector | undefined;
}

/** What a version changed. */
export interface VersionChanges {
  readonly version: bigint;
  readonly mode: MappingMode;
  readonly files: readonly FileChange[];
}

/**
 * The changes of versions, as the log tells them ("Reading Change Data" of PROTOCOL.md).
 *
 * @throws LakeError LAKE_INVALID_OPTION where the table had no change feed at one of them; LAKE_VERSION_NOT_FOUND.
 */
export async function collectChanges(
  store: Store,
  from: bigint,
  to: bigint,
): Promise<readonly VersionChanges[]> {
  const state = await stateBefore(store, from);
  const changes: VersionChanges[] = [];
  for (let version = from; version <= to; version++) {
    const actions = await readCommit(store, version);
    if (!actions) throw cleaned(store, version);
    const files = fileChanges(actions, state);
    state.apply(version, actions);
    const { protocol, metadata } = state as TableState;
    if (!isEnabled(metadata, "delta.enableChangeDataFeed")) throw noFeed(store, version);
    assertReadable(protocol, store.location);
    changes.push({ version, mode: mappingMode(protocol, metadata), files });
  }
  return changes;
}

/** The state a version begins with; of the oldest version the log still has, the one it ends with must do. */
async function stateBefore(store: Store, version: bigint): Promise<LogState> {
  if (version === 0n) return new LogState();
  try {
    return await loadState(store, version - 1n);
  } catch (error) {
    if (!isLakeError(error, "LAKE_VERSION_NOT_FOUND", "LAKE_CORRUPT_LOG")) throw error;
    return loadState(store, version);
  }
}

function fileChanges(actions: readonly Action[], before: LogState): readonly FileChange[] {
  const recorded = actions.flatMap(({ cdc }) => (cdc ? [{ ...cdc, type: undefined }] : []));
  if (recorded.length > 0) return recorded;
  const changes: FileChange[] = [];
  const removed = new Map<string, FileChange>();
  for (const { remove } of actions) {
    if (!remove?.dataChange) continue;
    const known = before.files.get(fileKey(remove));
    removed.set(canonicalPath(remove.path), {
      path: remove.path,
      partitionValues: remove.partitionValues ?? known?.partitionValues ?? {},
      size: remove.size ?? known?.size,
      type: "delete",
      without: remove.deletionVector,
    });
  }
  for (const { add } of actions) {
    if (!add?.dataChange) continue;
    const { path, partitionValues, size, deletionVector } = add;
    const key = canonicalPath(path);
    const old = removed.get(key);
    const file = { path, partitionValues, size };
    if (!old) {
      changes.push({ ...file, type: "insert", without: deletionVector });
      continue;
    }
    // The same file with another deletion vector: what one of the two has more.
    removed.delete(key);
    if (deletionVector) {
      changes.push({ ...file, type: "delete", within: deletionVector, without: old.without });
    }
    if (old.without) {
      changes.push({ ...file, type: "insert", within: old.without, without: deletionVector });
    }
  }
  return [...changes, ...removed.values()];
}

function cleaned(store: Store, version: bigint): LakeError {
  return new LakeError(
    "LAKE_VERSION_NOT_FOUND",
    `The changes of version ${version} of ${store.location} are no longer in its log.`,
    { hint: "Call history() for the versions there are.", details: { version } },
  );
}

function noFeed(store: Store, version: bigint): LakeError {
  return new LakeError(
    "LAKE_INVALID_OPTION",
    `Table ${store.location} had no change feed at version ${version}.`,
    {
      hint: 'Only versions made while it is on tell their changes: alter({ setProperties: { "delta.enableChangeDataFeed": "true" } }).',
      details: { version },
    },
  );
}
