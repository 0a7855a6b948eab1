import { type RowsOrBatches, type Table, warn } from "@lakewright/core";
import type { Action } from "../delta/actions.ts";
import { writeCheckpoint } from "../delta/checkpoint-write.ts";
import { commit, type CommitRequest, mayBeCommitted } from "../delta/commit.ts";
import type { Layout } from "../delta/layout.ts";
import type { TableState } from "../delta/load.ts";
import { countProperty } from "../delta/properties.ts";
import { assertWritable } from "../delta/protocol.ts";
import { type Written, writeFiles } from "../delta/write-files.ts";
import type { Clock } from "../store/clock.ts";
import type { Mutex } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import type { AppendOptions, WriteResult } from "./types.ts";

const CHECKPOINT_INTERVAL = 10;

/** What writing needs of a table. */
export interface WriteTarget {
  readonly store: Store;
  readonly clock: Clock;
  readonly mutex: Mutex;
  readonly layout: Layout;
  state: TableState;
  advance(): Promise<void>;
}

/** Writes data files for the version the target stands at. */
export async function writeData<T extends Table>(
  { store, state, layout }: WriteTarget,
  data: RowsOrBatches<T>,
  { signal, onProgress }: AppendOptions,
): Promise<Written> {
  assertWritable(state.protocol, state.metadata, store.location);
  signal?.throwIfAborted();
  return writeFiles(store, layout, state.metadata.configuration, data, { signal, onProgress });
}

/** Commits, moves the target on and writes a checkpoint where one is due. What is not committed is removed. */
export async function commitActions(
  target: WriteTarget,
  { signal }: AppendOptions,
  written: Written,
  request: Omit<CommitRequest, "actions"> & { readonly actions: readonly Action[] },
): Promise<void> {
  const { store, clock } = target;
  await target.mutex.run(async () => {
    try {
      target.state = await commit(store, target.state, request, clock, signal);
    } catch (error) {
      if (!mayBeCommitted(error)) await written.discard();
      throw error;
    }
    const { version, metadata } = target.state;
    const interval =
      countProperty(metadata.configuration, "delta.checkpointInterval") ?? CHECKPOINT_INTERVAL;
    if (version % BigInt(interval) !== 0n) return;
    try {
      await writeCheckpoint(store, target.state, clock());
    } catch (cause) {
      // The commit stands; a checkpoint only saves readers time.
      warn("LAKE_CHECKPOINT_FAILED", `No checkpoint of version ${version} was written.`, {
        location: store.location,
        cause,
      });
    }
  });
}

export function metricsOf({ adds, rows, bytes }: Written): Record<string, number> {
  return { numFiles: adds.length, numOutputRows: rows, numOutputBytes: bytes };
}

export function versionOf(state: TableState, appId: string): bigint | undefined {
  return state.transactions.get(appId)?.version;
}

export function writeResult(
  { state }: WriteTarget,
  { adds, rows, bytes }: Written,
  written: boolean,
): WriteResult {
  return { version: state.version, files: adds.length, rows, bytes, written };
}
