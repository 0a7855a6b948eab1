import { pause, stringifyJson } from "@lakewright/core";
import { isLakeError, LakeError } from "../../errors.ts";
import type { Clock } from "../../store/clock.ts";
import type { Store } from "../../store/store.ts";
import type { Action, CommitInfoAction } from "./actions.ts";
import { formatCommit } from "./commit-json.ts";
import { hasHiddenColumns } from "../schema/encrypted.ts";
import type { Candidate, Expectation } from "./conflict.ts";
import { readCommit, type TableState } from "./load.ts";
import { isTimed, lastTimeMs, withEnablement } from "./in-commit-timestamp.ts";
import { commitPath } from "./log-files.ts";
import { assertWritable } from "../schema/protocol.ts";
import { Rebase } from "./rebase.ts";

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
 * package does not write: nothing is committed then. The store's errors; see
 * {@link mayBeCommitted}.
 */
export async function commit(
  store: Store,
  start: TableState,
  request: CommitRequest,
  clock: Clock,
  signal?: AbortSignal,
): Promise<TableState> {
  const txnId = crypto.randomUUID();
  const rebase = new Rebase(store, start, request);
  let state = await rebase.begin();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    signal?.throwIfAborted();
    assertWritable(state.protocol, state.metadata, store.location);
    const version = state.version + 1n;
    const timed = isTimed(state, request.actions);
    const now = timed ? Math.max(clock(), (await lastTimeMs(store, state)) + 1) : clock();
    const commitInfo = commitInfoOf(state, request, rebase.candidate, txnId, { timed, now });
    const { inCommitTimestamp: time } = commitInfo;
    const actions = [{ commitInfo }, ...withEnablement(state, request.actions, version, time)];
    if (await created(store, version, actions, txnId)) {
      state.apply(version, actions);
      return state;
    }
    await stepBack(txnId, attempt, signal);
    state = await rebase.advance(state, version);
  }
  throw new LakeError(
    "LAKE_COMMIT_CONFLICT",
    `Other writers were faster ${MOST_ATTEMPTS} times at ${store.location}.`,
    { retryable: true, details: { location: store.location, winner: state.version } },
  );
}

/** Whether an error leaves open that the commit was made, or may yet be: then its files must stay. */
export function mayBeCommitted(error: unknown): boolean {
  return isLakeError(error) && error.details["committed"] === "unknown";
}

/** What a store says that has not created an object, nor will. */
const REFUSALS = ["LAKE_STORE_FULL", "LAKE_STORE_PERMISSION", "LAKE_STORE_UNSAFE"] as const;

/** Creates the commit; where the store cannot tell whether it did, the log can. */
async function created(
  store: Store,
  version: bigint,
  actions: readonly Action[],
  txnId: string,
): Promise<boolean> {
  const isOurs = (stored: readonly Action[] | undefined): boolean =>
    stored?.some((action) => action.commitInfo?.txnId === txnId) ?? false;
  try {
    if (await store.putIfAbsent(commitPath(version), formatCommit(actions))) return true;
  } catch (error) {
    const stored = await readCommit(store, version).catch(() => undefined);
    if (isOurs(stored)) return true;
    // A request without an answer may still be on its way: only a store that refused has certainly not done it.
    if (stored || isLakeError(error, ...REFUSALS)) throw error;
    throw new LakeError(
      "LAKE_STORE_FAILED",
      `Whether version ${version} of ${store.location} was committed is not known: the store did not answer.`,
      {
        hint: "Call refresh() and look at history() before repeating the call. Its files were left in place.",
        details: { location: store.location, version, committed: "unknown" },
        cause: error,
      },
    );
  }
  // A store that repeats a request by itself may find its own first one there.
  const stored = await readCommit(store, version).catch((error: unknown) => {
    if (isLakeError(error, "LAKE_CORRUPT_LOG")) return undefined;
    throw error;
  });
  return isOurs(stored);
}

function commitInfoOf(
  state: TableState,
  { operation, parameters, metrics, actions, expects }: CommitRequest,
  { isolation }: Candidate,
  txnId: string,
  { timed, now }: { readonly timed: boolean; readonly now: number },
): CommitInfoAction {
  // A condition has values of columns, which may be encrypted ones.
  const isPrivate = hasHiddenColumns(state.metadata.configuration);
  return {
    ...(timed ? { inCommitTimestamp: now } : {}),
    timestamp: now,
    operation,
    // Other readers expect texts: a list or an object is one as JSON.
    operationParameters: Object.fromEntries(
      Object.entries(parameters)
        .filter(([key]) => !(isPrivate && /predicate/i.test(key)))
        .map(([key, value]) => [key, typeof value === "string" ? value : stringifyJson(value)]),
    ),
    ...(state.version < 0n ? {} : { readVersion: state.version }),
    isolationLevel: isolation,
    isBlindAppend: expects.reads === "nothing" && !actions.some(({ remove }) => remove),
    operationMetrics: Object.fromEntries(
      Object.entries(metrics).map(([key, value]) => [key, String(value)]),
    ),
    engineInfo: ENGINE,
    txnId,
  };
}

/** Waits a little, longer after every lost race, and each writer differently: by the digits of its own id. */
async function stepBack(txnId: string, attempt: number, signal?: AbortSignal): Promise<void> {
  if (attempt === 0) return;
  const share = parseInt(txnId[attempt % 8]!, 16) / 16;
  const ms = Math.min(MOST_WAIT_MS, 2 ** Math.min(attempt, 10)) * share;
  await pause(ms, signal);
}
