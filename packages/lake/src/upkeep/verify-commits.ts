import type { Action } from "../delta/log/actions.ts";
import { parseCommit } from "../delta/log/commit-json.ts";
import { fileKey } from "../delta/file-set/file-key.ts";
import type { TableState } from "../delta/log/load.ts";
import { commitPath, type CommitFile } from "../delta/log/log-files.ts";
import { isEnabled } from "../delta/schema/protocol.ts";
import { listLog } from "../delta/log/segment.ts";
import { isLakeError } from "../errors.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";

const COMMITS_AT_ONCE = 8;

export type Note = (kind: string, path: string, message: string) => void;

/** Looks at every commit the log still has: whether it can be read, keeps the rules of one, and follows the one before. */
export async function verifyCommits(
  store: Store,
  state: TableState,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { commits } = await listLog(store);
  const timed = isEnabled(state.metadata, "delta.enableInCommitTimestamps")
    ? BigInt(state.metadata.configuration["delta.inCommitTimestampEnablementVersion"] ?? 0)
    : undefined;
  const read = async (commit: CommitFile): Promise<readonly Action[] | undefined> => {
    signal?.throwIfAborted();
    return parsed(store, commit, note);
  };
  let k = 0;
  let time = -Infinity;
  for await (const actions of inOrder(commits, COMMITS_AT_ONCE, read)) {
    const { version, info } = commits[k]!;
    const before = commits[k++ - 1]?.version;
    if (before !== undefined && version !== before + 1n) {
      const path = commitPath(before + 1n);
      note("missing-commit", path, `There is no commit ${before + 1n}, and ${version} is there.`);
    }
    if (!actions) continue;
    verifyActions(actions, info.path, note);
    if (timed === undefined || version < timed) continue;
    const now = actions.find(({ commitInfo }) => commitInfo)?.commitInfo?.inCommitTimestamp;
    if (now === undefined || now <= time) {
      note("wrong-commit-time", info.path, `Its time ${now ?? "is missing"} is not after ${time}.`);
    }
    time = now ?? time;
  }
}

async function parsed(
  store: Store,
  { info: { path } }: CommitFile,
  note: Note,
): Promise<readonly Action[] | undefined> {
  try {
    return parseCommit(await store.get(path), path);
  } catch (error) {
    if (!isLakeError(error, "LAKE_CORRUPT_LOG")) throw error;
    note("corrupt-commit", path, error.message);
    return undefined;
  }
}

function verifyActions(actions: readonly Action[], path: string, note: Note): void {
  const seen = new Set<string>();
  for (const { add, remove, protocol, metaData, txn, domainMetadata } of actions) {
    const key =
      (add && `add of ${fileKey(add)}`) ??
      (remove && `remove of ${fileKey(remove)}`) ??
      (protocol && "protocol") ??
      (metaData && "metaData") ??
      (txn && `txn of ${txn.appId}`) ??
      (domainMetadata && `domain ${domainMetadata.domain}`);
    if (key === undefined) continue;
    if (seen.has(key)) note("duplicate-action", path, `It has two actions: ${key}.`);
    seen.add(key);
  }
}
