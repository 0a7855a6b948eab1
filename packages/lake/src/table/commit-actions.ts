import { type JobOptions, type RowsOrBatches, type Table, warn } from "@lakewright/core";
import { writeCheckpoint } from "../delta/checkpoint/write.ts";
import { commit, type CommitRequest, mayBeCommitted } from "../delta/log/commit.ts";
import type { Layout } from "../delta/schema/layout.ts";
import type { TableState } from "../delta/log/load.ts";
import { countProperty } from "../delta/schema/properties.ts";
import { assertWritable } from "../delta/schema/protocol.ts";
import {
  type WriteFilesOptions,
  type Written,
  writeFiles,
} from "../delta/data-files/write-files.ts";
import type { Clock } from "../store/clock.ts";
import type { Mutex } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import type { WriteResult } from "./types.ts";

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
  { store, state, clock }: WriteTarget,
  data: RowsOrBatches<T>,
  { signal, onProgress, mergeSchema, completedBy }: WriteFilesOptions,
): Promise<Written> {
  const { protocol, metadata } = state;
  assertWritable(protocol, metadata, store.location);
  signal?.throwIfAborted();
  const table = { store, protocol, metadata, now: clock() };
  return writeFiles(table, data, { signal, onProgress, mergeSchema, completedBy });
}

/**
 * Commits, with what the files written make of the table, moves the target on and writes a checkpoint where one is due.
 * What is not committed is removed.
 */
export async function commitActions(
  target: WriteTarget,
  { signal }: JobOptions,
  written: Written,
  request: CommitRequest,
): Promise<void> {
  const { store, clock } = target;
  const actions = [...(written.changes ?? []), ...request.actions];
  await target.mutex.run(async () => {
    try {
      target.state = await commit(store, target.state, { ...request, actions }, clock, signal);
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

export function writeResult(
  { state }: WriteTarget,
  { adds, rows, bytes }: Written,
  written: boolean,
): WriteResult {
  return { version: state.version, files: adds.length, rows, bytes, written };
}
