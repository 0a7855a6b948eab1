import { assertCommits } from "../../store/capabilities.ts";
import type { Store } from "../../store/store.ts";
import type { Action, AddFile, Metadata, Protocol } from "./actions.ts";
import { ENGINE } from "./commit.ts";
import { formatCommit, parseCommit } from "./commit-json.ts";
import { readCommit, type TableState } from "./load.ts";
import { commitPath } from "./log-files.ts";
import { LogState } from "./log-state.ts";
import { isEnabled } from "../schema/protocol.ts";
import { listLog } from "./segment.ts";

/** What the first commit of a table has beside its protocol and metadata. */
export interface FirstCommit {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, string>>;
  readonly adds: readonly AddFile[];
}

const EMPTY: FirstCommit = { operation: "CREATE TABLE", parameters: {}, metrics: {}, adds: [] };

/** Writes the first commit of a table; undefined where there is a log already. */
export async function createLog(
  store: Store,
  protocol: Protocol,
  metadata: Metadata,
  now: number,
  { operation, parameters, metrics, adds }: FirstCommit = EMPTY,
): Promise<TableState | undefined> {
  // The first commit of an old table may be cleaned up.
  if ((await listLog(store)).latest !== undefined) return undefined;
  assertCommits(store);
  const txnId = crypto.randomUUID();
  const timed = isEnabled(metadata, "delta.enableInCommitTimestamps");
  const actions: Action[] = [
    {
      commitInfo: {
        ...(timed ? { inCommitTimestamp: now } : {}),
        timestamp: now,
        operation,
        operationParameters: {
          ...parameters,
          partitionBy: JSON.stringify(metadata.partitionColumns),
          properties: JSON.stringify(metadata.configuration),
          isManaged: "false",
        },
        isolationLevel: "Serializable",
        isBlindAppend: true,
        operationMetrics: metrics,
        engineInfo: ENGINE,
        txnId,
      },
    },
    { protocol },
    { metaData: metadata },
    ...adds.map((add) => ({ add })),
  ];
  const path = commitPath(0n);
  const bytes = formatCommit(actions);
  let created: boolean;
  try {
    created = await store.putIfAbsent(path, bytes);
  } catch (error) {
    const stored = await readCommit(store, 0n).catch(() => undefined);
    if (!stored?.some((action) => action.commitInfo?.txnId === txnId)) throw error;
    created = true;
  }
  if (!created) return undefined;
  const state = new LogState();
  state.apply(0n, parseCommit(bytes, path));
  return state as TableState;
}
