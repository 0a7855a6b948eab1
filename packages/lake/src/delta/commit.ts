import { stringifyJson } from "@lakewright/core";
import { isLakeError, LakeError } from "../errors.ts";
import type { Clock } from "../store/clock.ts";
import type { Store } from "../store/store.ts";
import type { Action, CommitInfoAction } from "./actions.ts";
import { formatCommit } from "./commit-json.ts";
import { assertNoConflict, type Expectation } from "./conflict.ts";
import { advance, readCommit, type TableState } from "./load.ts";
import { commitPath } from "./log-files.ts";
import { assertWritable, hasWriterFeature, isEnabled } from "./protocol.ts";

/** The longest wait between two attempts, and the number of attempts, which only a defect uses up. */
const MOST_WAIT_MS = 200;
const MOST_ATTEMPTS = 10_000;

export const ENGINE = "Lakewright";

export interface CommitRequest {
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number | bigint>>;
  /** Everything but the commitInfo. */
  readonly actions: readonly Action[];
  /** What must still be so for the actions to make sense. */
  readonly expects: Expectation;
}

/**
 * Commits actions as the next version. Where another writer was faster, its commits are read, and unless they
 * contradict what is expected, the next version is tried.
 *
 * @returns the state at the version committed
 * @throws LakeError LAKE_COMMIT_CONFLICT naming the winner, LAKE_UNSUPPORTED_FEATURE where the table has become one this
 * package does not write, the store's errors; nothing is committed then.
 */
export async function commit(
  store: Store,
  start: TableState,
  request: CommitRequest,
  clock: Clock,
  signal?: AbortSignal,
): Promise<TableState> {
  const txnId = crypto.randomUUID();
  let state = await notCleaned(store, start);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    signal?.throwIfAborted();
    assertNoConflict(state, request.expects, store.location);
    assertWritable(state.protocol, state.metadata, store.location);
    const version = state.version + 1n;
    const commitInfo = commitInfoOf(state, request, txnId, clock());
    const actions = [{ commitInfo }, ...request.actions];
    if (await created(store, version, actions, txnId)) {
      state.apply(version, actions);
      return state;
    }
    await pause(txnId, attempt, signal);
    const next = await advance(store, state);
    if (next.version < version) throw vanished(store, version);
    state = next;
  }
  throw new LakeError(
    "LAKE_COMMIT_CONFLICT",
    `Other writers were faster ${MOST_ATTEMPTS} times at ${store.location}.`,
    { retryable: true, details: { location: store.location, winner: state.version } },
  );
}

/**
 * A log that was cleaned up past a version takes a commit after it again, which nobody would ever read: the version the
 * state stands at must still be there, or else the latest is taken.
 */
async function notCleaned(store: Store, state: TableState): Promise<TableState> {
  return (await store.head(commitPath(state.version))) ? state : advance(store, state);
}

/** Creates the commit; where the store cannot tell whether it did, the log can. */
async function created(
  store: Store,
  version: bigint,
  actions: readonly Action[],
  txnId: string,
): Promise<boolean> {
  try {
    if (await store.putIfAbsent(commitPath(version), formatCommit(actions))) return true;
  } catch (error) {
    const stored = await readCommit(store, version).catch(() => undefined);
    if (stored?.some((action) => action.commitInfo?.txnId === txnId)) return true;
    throw error;
  }
  // A store that repeats a request by itself may find its own first one there.
  const stored = await readCommit(store, version).catch((error: unknown) => {
    if (isLakeError(error, "LAKE_CORRUPT_LOG")) return undefined;
    throw error;
  });
  return stored?.some((action) => action.commitInfo?.txnId === txnId) ?? false;
}

function commitInfoOf(
  state: TableState,
  { operation, parameters, metrics, expects }: CommitRequest,
  txnId: string,
  now: number,
): CommitInfoAction {
  const timed =
    hasWriterFeature(state.protocol, "inCommitTimestamp") &&
    isEnabled(state.metadata, "delta.enableInCommitTimestamps");
  const inCommitTimestamp = Math.max(now, (state.inCommitTimestamp ?? -1) + 1);
  return {
    ...(timed ? { inCommitTimestamp } : {}),
    timestamp: timed ? inCommitTimestamp : now,
    operation,
    // Other readers expect texts: a list or an object is one as JSON.
    operationParameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [
        key,
        typeof value === "string" ? value : stringifyJson(value),
      ]),
    ),
    ...(state.version < 0n ? {} : { readVersion: state.version }),
    isolationLevel: "Serializable",
    isBlindAppend: !expects.files,
    operationMetrics: Object.fromEntries(
      Object.entries(metrics).map(([key, value]) => [key, String(value)]),
    ),
    engineInfo: ENGINE,
    txnId,
  };
}

/** Waits a little, longer after every lost race, and each writer differently: by the digits of its own id. */
async function pause(txnId: string, attempt: number, signal?: AbortSignal): Promise<void> {
  if (attempt === 0) return;
  const share = parseInt(txnId[attempt % 8]!, 16) / 16;
  const ms = Math.min(MOST_WAIT_MS, 2 ** Math.min(attempt, 10)) * share;
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal?.throwIfAborted();
}

function vanished(store: Store, version: bigint): LakeError {
  return new LakeError(
    "LAKE_CORRUPT_LOG",
    `Commit ${version} of ${store.location} is there for writing and missing for reading.`,
    {
      hint: "The store does not list what was written: Delta needs consistent listings.",
      details: { location: store.location, version },
    },
  );
}
