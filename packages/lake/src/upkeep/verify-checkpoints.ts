import { stringifyJson } from "@lakewright/core";
import { readCheckpoint } from "../delta/checkpoint/read.ts";
import { fileKey } from "../delta/file-set/file-key.ts";
import { jsonChecksum } from "../delta/checkpoint/last-checkpoint.ts";
import { readCommit } from "../delta/log/load.ts";
import { type CheckpointFile, LAST_CHECKPOINT } from "../delta/log/log-files.ts";
import { LogState } from "../delta/log/log-state.ts";
import { listLog, newestCheckpoint } from "../delta/log/segment.ts";
import { isLakeError } from "../errors.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import type { Note } from "./verify-commits.ts";

/** Replays the log from its beginning, and compares it with each checkpoint on the way. */
export async function verifyCheckpoints(
  store: Store,
  note: Note,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Before the listing: a checkpoint that others write meanwhile is there before its hint is.
  const hint = await store.get(LAST_CHECKPOINT).catch(notFound);
  const { commits, checkpoints } = await listLog(store);
  if (hint) verifyHint(hint, checkpoints, note);
  const at = new Map<bigint, (readonly ObjectInfo[])[]>();
  for (const { version } of checkpoints) at.set(version, wholeAt(checkpoints, version));
  let state: LogState | undefined = commits[0]?.version === 0n ? new LogState() : undefined;
  const versions = [...new Set([...at.keys(), ...commits.map(({ version }) => version)])];
  versions.sort((a, b) => (a < b ? -1 : 1));
  for (const version of versions) {
    signal?.throwIfAborted();
    state = await advanced(store, state, version);
    for (const files of at.get(version) ?? []) {
      const checkpoint = await loaded(store, version, files, note);
      if (state && checkpoint) compare(state, checkpoint, files[0]!.path, note);
      // A log that was cleaned up begins with a checkpoint; after a gap it begins anew.
      else state ??= checkpoint;
    }
  }
}

async function advanced(
  store: Store,
  state: LogState | undefined,
  version: bigint,
): Promise<LogState | undefined> {
  if (!state || state.version >= version) return state;
  if (state.version + 1n !== version) return undefined;
  const actions = await readCommit(store, version).catch((error: unknown) => {
    if (isLakeError(error, "LAKE_CORRUPT_LOG")) return undefined;
    throw error;
  });
  if (!actions) return undefined;
  state.apply(version, actions);
  return state;
}

/** The complete checkpoints of a version, each by its files. */
function wholeAt(all: readonly CheckpointFile[], version: bigint): (readonly ObjectInfo[])[] {
  const found: (readonly ObjectInfo[])[] = [];
  const without = new Set<string>();
  for (;;) {
    const own = all.filter((file) => file.version === version);
    const checkpoint = newestCheckpoint(own, version, without);
    if (!checkpoint) return found;
    found.push(checkpoint.files);
    for (const { path } of checkpoint.files) without.add(path);
  }
}

async function loaded(
  store: Store,
  version: bigint,
  files: readonly ObjectInfo[],
  note: Note,
): Promise<LogState | undefined> {
  const state = new LogState();
  try {
    for await (const rows of readCheckpoint(store, files)) state.applyRows(rows);
  } catch (error) {
    if (!isLakeError(error)) throw error;
    note("unreadable-checkpoint", files[0]!.path, error.message);
    return undefined;
  }
  state.version = version;
  return state;
}

function compare(replayed: LogState, checkpoint: LogState, path: string, note: Note): void {
  const differ = (what: string): void =>
    note("checkpoint-differs", path, `The commits up to it say otherwise: ${what}.`);
  let missing = 0;
  let extra = 0;
  for (const file of replayed.files.values()) if (!checkpoint.files.has(fileKey(file))) missing++;
  for (const file of checkpoint.files.values()) if (!replayed.files.has(fileKey(file))) extra++;
  if (missing > 0) differ(`${missing} files are missing from it`);
  if (extra > 0) differ(`it has ${extra} files that are not in the table`);
  for (const what of ["protocol", "metadata"] as const) {
    if (canonical(replayed[what]) !== canonical(checkpoint[what])) differ(`another ${what}`);
  }
  for (const [appId, { version }] of replayed.transactions) {
    if (checkpoint.transactions.get(appId)?.version !== version) differ(`transaction ${appId}`);
  }
  for (const [domain, { configuration }] of replayed.domains) {
    if (checkpoint.domains.get(domain)?.configuration !== configuration) differ(`domain ${domain}`);
  }
}

/** JSON text with sorted keys, without what is null. */
function canonical(value: unknown): string {
  return stringifyJson(sorted(value)) ?? "";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function notFound(error: unknown): undefined {
  if (!isLakeError(error, "LAKE_STORE_NOT_FOUND")) throw error;
}

function verifyHint(bytes: Uint8Array, checkpoints: readonly CheckpointFile[], note: Note): void {
  const wrong = (message: string): void =>
    note("wrong-last-checkpoint", LAST_CHECKPOINT, `${message}; readers list the log instead.`);
  let hint: unknown;
  try {
    hint = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    wrong("It is no JSON");
    return;
  }
  if (typeof hint !== "object" || hint === null) {
    wrong(`It is ${String(hint)}`);
    return;
  }
  const { version, checksum } = hint as { readonly version?: unknown; readonly checksum?: unknown };
  if (
    !Number.isSafeInteger(version) ||
    wholeAt(checkpoints, BigInt(version as number)).length === 0
  ) {
    wrong(`It names checkpoint ${String(version)}, which is not there`);
  }
  if (checksum !== undefined && checksum !== jsonChecksum(hint)) wrong("Its checksum is another");
}
