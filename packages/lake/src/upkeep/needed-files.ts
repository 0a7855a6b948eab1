import type { DeletionVector } from "../delta/log/actions.ts";
import { vectorPath } from "../delta/deletion-vector/read.ts";
import { readCommit, type TableState } from "../delta/log/load.ts";
import type { CommitFile } from "../delta/log/log-files.ts";
import { canonicalPath, isAbsolute } from "../delta/data-files/paths.ts";
import { intervalProperty } from "../delta/schema/properties.ts";
import { listLog } from "../delta/log/segment.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";

const COMMITS_AT_ONCE = 8;
const TOMBSTONE_MS = 7 * 86_400_000;

interface Named {
  readonly path: string;
  readonly deletionVector?: DeletionVector | undefined;
}

/** Paths, relative to the table, of files that a version needs which is current or was after a time. */
export async function neededFiles(
  store: Store,
  state: TableState,
  since: number,
): Promise<{ has(path: string): boolean }> {
  const needed = new Set<string>();
  const need = ({ path, deletionVector }: Named): void => {
    addPath(needed, path);
    if (deletionVector && deletionVector.storageType !== "i") {
      addPath(needed, vectorPath(deletionVector));
    }
  };
  for (const file of state.files.values()) need(file);
  for (const file of state.tombstones.values()) {
    if ((file.deletionTimestamp ?? 0) >= since) need(file);
  }
  for await (const removed of removedSince(store, state, since)) removed.forEach(need);
  return needed;
}

/** Checkpoints drop tombstones after the table's retention: where a longer one is asked for, commits still tell. */
async function* removedSince(
  store: Store,
  { metadata, version }: TableState,
  since: number,
): AsyncGenerator<readonly Named[]> {
  const { commits } = await listLog(store);
  const kept =
    intervalProperty(metadata.configuration, "delta.deletedFileRetentionDuration") ?? TOMBSTONE_MS;
  const youngest = commits.at(-1)?.info.modifiedMs ?? 0;
  if (since > youngest - kept) return;
  const read = async (commit: CommitFile): Promise<readonly Named[]> => {
    const actions = (await readCommit(store, commit.version)) ?? [];
    return actions.flatMap(({ remove }) =>
      remove && (remove.deletionTimestamp ?? 0) >= since ? [remove] : [],
    );
  };
  const recent = commits.filter(
    (commit) => commit.version <= version && commit.info.modifiedMs >= since,
  );
  yield* inOrder(recent, COMMITS_AT_ONCE, read);
}

/**
 * An absolute path names a file of this table where it ends with the file's own path. Which one is not known here, so
 * all that could be meant are needed.
 */
function addPath(needed: Set<string>, path: string): void {
  const canonical = canonicalPath(path);
  needed.add(canonical);
  if (!isAbsolute(path) && !isAbsolute(canonical)) return;
  for (let at = canonical.indexOf("/"); at >= 0; at = canonical.indexOf("/", at + 1)) {
    needed.add(canonical.slice(at + 1));
  }
}
