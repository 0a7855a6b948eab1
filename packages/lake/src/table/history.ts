import { commitTimes } from "../delta/log/commit-times.ts";
import { readCommit, type TableState } from "../delta/log/load.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import type { CommitInfo } from "./types.ts";

const COMMITS_AT_ONCE = 8;

/** The commits up to a state, newest first. */
export async function readHistory(
  store: Store,
  state: TableState,
  limit: number,
): Promise<CommitInfo[]> {
  const times = (await commitTimes(store, state)).filter(({ version }) => version <= state.version);
  const wanted = times.slice(-limit).reverse();
  const history: CommitInfo[] = [];
  const read = async ({ version, timestampMs }: (typeof wanted)[number]): Promise<CommitInfo> => {
    const actions = (await readCommit(store, version)) ?? [];
    const info = actions.find((action) => action.commitInfo)?.commitInfo ?? {};
    return {
      version,
      timestamp: new Date(timestampMs),
      operation: info.operation,
      parameters: info.operationParameters ?? {},
      metrics: info.operationMetrics ?? {},
      engine: info.engineInfo,
      isBlindAppend: info.isBlindAppend,
    };
  };
  for await (const commit of inOrder(wanted, COMMITS_AT_ONCE, read)) history.push(commit);
  return history;
}
