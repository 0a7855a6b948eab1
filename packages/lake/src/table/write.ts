import { bigintRange, type RowsOrBatches, type Table, warn } from "@lakewright/core";
import type { Action } from "../delta/actions.ts";
import { writeCheckpoint } from "../delta/checkpoint-write.ts";
import { commit, type CommitRequest } from "../delta/commit.ts";
import type { Layout } from "../delta/layout.ts";
import type { TableState } from "../delta/load.ts";
import { countProperty } from "../delta/properties.ts";
import { assertWritable, isEnabled } from "../delta/protocol.ts";
import { NOTHING_WRITTEN, type Written, writeFiles } from "../delta/write-files.ts";
import { isLakeError, LakeError } from "../errors.ts";
import { checkOptions, invalidOption, isObject, jobChecks } from "../options.ts";
import type { Clock } from "../store/clock.ts";
import type { Mutex } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import { partitionSelection } from "./partition-selection.ts";
import { removeOf } from "./remove.ts";
import type { AppendOptions, OverwriteOptions, WriteResult } from "./types.ts";

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

/** Adds rows, and a transaction with them where one is given. */
export async function appendRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: AppendOptions,
): Promise<WriteResult> {
  checkOptions("append", options, { ...jobChecks, txn: isObject });
  const txn = options.txn && checkedTransaction(options.txn);
  if (txn) await target.mutex.run(() => target.advance());
  const applied = (): boolean =>
    txn !== undefined && (versionOf(target.state, txn.appId) ?? -1n) >= txn.version;
  const nothing = (): WriteResult => result(target, NOTHING_WRITTEN, false);
  if (applied()) return nothing();
  const transactions = new Map(txn && [[txn.appId, versionOf(target.state, txn.appId)]]);
  const expects = { version: target.state.version, files: false, transactions };
  const written = await writeData(target, data, options);
  if (written.adds.length === 0 && !txn) return nothing();
  try {
    await commitActions(target, options, written, {
      operation: "WRITE",
      parameters: { mode: "Append", partitionBy: target.layout.partitionBy },
      metrics: metricsOf(written),
      actions: [
        ...(txn ? [{ txn: { ...txn, lastUpdated: target.clock() } }] : []),
        ...written.adds.map((add) => ({ add })),
      ],
      expects,
    });
  } catch (error) {
    if (isLakeError(error, "LAKE_COMMIT_CONFLICT") && applied()) return nothing();
    throw error;
  }
  return result(target, written, true);
}

/** Replaces rows, all of them or those of some partitions. */
export async function overwriteRows<T extends Table>(
  target: WriteTarget,
  data: RowsOrBatches<T>,
  options: OverwriteOptions,
): Promise<WriteResult> {
  checkOptions("overwrite", options, { ...jobChecks, where: isObject });
  await target.mutex.run(() => target.advance());
  const { state, store, layout } = target;
  if (isEnabled(state.metadata, "delta.appendOnly")) {
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `Table ${store.location} takes appends only (delta.appendOnly), so nothing is overwritten.`,
      { details: { location: store.location, features: ["appendOnly"] } },
    );
  }
  const selected = options.where && partitionSelection(layout, options.where);
  const replaced = [...state.files.values()].filter((file) => selected?.(file) ?? true);
  const expects = { version: state.version, files: true, transactions: new Map() };
  const written = await writeData(target, data, options);
  const stray = selected && written.adds.find((add) => !selected(add));
  if (stray) {
    await written.discard();
    throw new LakeError(
      "LAKE_INVALID_VALUE",
      `Rows of the partition ${JSON.stringify(stray.partitionValues)} are not among those that are overwritten.`,
      { hint: "Give only rows for which `where` holds.", details: { ...stray.partitionValues } },
    );
  }
  const now = target.clock();
  await commitActions(target, options, written, {
    operation: "WRITE",
    parameters: {
      mode: "Overwrite",
      partitionBy: layout.partitionBy,
      ...(options.where ? { predicate: options.where } : {}),
    },
    metrics: { ...metricsOf(written), numRemovedFiles: replaced.length },
    actions: [
      ...replaced.map((file) => ({ remove: removeOf(file, now) })),
      ...written.adds.map((add) => ({ add })),
    ],
    expects,
  });
  return result(target, written, true);
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
      await written.discard();
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

function result(
  { state }: WriteTarget,
  { adds, rows, bytes }: Written,
  written: boolean,
): WriteResult {
  return { version: state.version, files: adds.length, rows, bytes, written };
}

function checkedTransaction(txn: NonNullable<AppendOptions["txn"]>): {
  readonly appId: string;
  readonly version: bigint;
} {
  const { appId, version } = txn as { readonly appId: unknown; readonly version: unknown };
  if (typeof appId !== "string" || appId === "") {
    throw invalidOption("append: txn.appId is no text, or empty.");
  }
  const exact =
    typeof version === "bigint" || Number.isSafeInteger(version)
      ? BigInt(version as bigint)
      : undefined;
  if (exact === undefined || exact < 0n || exact > bigintRange.int64[1]) {
    throw invalidOption(
      `append: txn.version is ${String(version)}; it must be an integer from 0 that 64 bits hold.`,
    );
  }
  return { appId, version: exact };
}
