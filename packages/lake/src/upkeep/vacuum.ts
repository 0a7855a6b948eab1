import { intervalProperty } from "../delta/schema/properties.ts";
import { assertWritable } from "../delta/schema/protocol.ts";
import { NOTHING_WRITTEN } from "../delta/data-files/write-files.ts";
import { checkOptions, invalidOption, isBoolean, jobChecks } from "../options.ts";
import { progressOf } from "../progress.ts";
import { inOrder } from "../store/parallel.ts";
import type { ObjectInfo } from "../store/store.ts";
import { commitActions } from "../table/commit-actions.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import { neededFiles } from "./needed-files.ts";
import type { VacuumOptions, VacuumPlan, VacuumResult } from "./types.ts";
import { isForeign, isOwnLeftover } from "./vacuum-candidates.ts";

const HOUR_MS = 3_600_000;
const DEFAULT_RETENTION_MS = 168 * HOUR_MS;
const DELETING_AT_ONCE = 16;

/**
 * Plans which files to remove: those that are older than the retention and that neither the latest version nor one that
 * was current within the retention needs. Files of the log, files and folders whose names begin with "_" or "." (but
 * `_change_data` and folders of partition columns) are never looked at. What killed writers left half-written goes as well. Source: VacuumCommand.scala of delta-io/delta.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a retention below the table's without `allowShortRetention`;
 * LAKE_UNSUPPORTED_FEATURE for a table this package does not write.
 */
export async function planVacuum(
  table: DeltaTable,
  options: VacuumOptions = {},
): Promise<VacuumPlan> {
  checkOptions("vacuum", options, {
    ...jobChecks,
    retainHours: (value) =>
      typeof value === "number" && value >= 0 && Number.isFinite(value)
        ? undefined
        : "a number of hours from 0",
    allowShortRetention: isBoolean,
  });
  await table.mutex.run(() => table.advance());
  const { metadata, protocol } = table.state;
  // A table may hold files that only a writer of its features can tell from garbage (vacuumProtocolCheck).
  assertWritable(protocol, metadata, table.location);
  const least =
    intervalProperty(metadata.configuration, "delta.deletedFileRetentionDuration") ??
    DEFAULT_RETENTION_MS;
  const retainMs = options.retainHours === undefined ? least : options.retainHours * HOUR_MS;
  if (retainMs < least && !options.allowShortRetention) {
    throw invalidOption(
      `vacuum: retainHours is ${options.retainHours}, below the ${least / HOUR_MS} hours the table keeps removed files.`,
      "Pass { allowShortRetention: true } where no reader or writer is under way, or leave retainHours out.",
    );
  }
  const before = table.clock() - retainMs;
  const found = await candidates(table, before, options.signal);
  return {
    files: found.map(({ path }) => path),
    bytes: sizeOf(found),
    run: () => runVacuum(table, found, before, { ...options, retainMs, least }),
  };
}

interface RunOptions extends VacuumOptions {
  readonly retainMs: number;
  readonly least: number;
}

async function runVacuum(
  table: DeltaTable,
  planned: readonly ObjectInfo[],
  before: number,
  options: RunOptions,
): Promise<VacuumResult> {
  if (planned.length === 0) return { filesRemoved: 0, bytesRemoved: 0 };
  // What was planned may have been restored since.
  await table.mutex.run(() => table.advance());
  const needed = await neededFiles(table.store, table.state, before);
  const files = planned.filter(({ path }) => !needed.has(path));
  await note(table, "VACUUM START", options, {
    numFilesToDelete: files.length,
    sizeOfDataToDelete: sizeOf(files),
  });
  const report = progressOf(options.onProgress);
  let filesRemoved = 0;
  let bytesRemoved = 0;
  const remove = async (file: ObjectInfo): Promise<ObjectInfo> => {
    options.signal?.throwIfAborted();
    await table.store.delete(file.path);
    return file;
  };
  for await (const { size } of inOrder(files, DELETING_AT_ONCE, remove)) {
    filesRemoved++;
    bytesRemoved += size;
    report({ phase: "vacuum", done: filesRemoved, total: files.length, unit: "files" });
  }
  await note(table, "VACUUM END", options, { numDeletedFiles: filesRemoved });
  return { filesRemoved, bytesRemoved };
}

/** A commit without actions, by which `history` tells of a vacuum, as Spark and delta-rs write it. */
async function note(
  table: DeltaTable,
  operation: string,
  { retainMs, least, signal, retainHours }: RunOptions,
  metrics: Readonly<Record<string, number>>,
): Promise<void> {
  await commitActions(table, { signal }, NOTHING_WRITTEN, {
    operation,
    parameters:
      operation === "VACUUM END"
        ? { status: "COMPLETED" }
        : {
            retentionCheckEnabled: retainMs >= least,
            defaultRetentionMillis: least,
            ...(retainHours !== undefined && { specifiedRetentionMillis: retainMs }),
          },
    metrics,
    actions: [],
    expects: { version: table.version, reads: "nothing", transactions: new Map() },
  });
}

async function candidates(
  table: DeltaTable,
  before: number,
  signal: AbortSignal | undefined,
): Promise<readonly ObjectInfo[]> {
  const { store, state, layout } = table;
  const needed = await neededFiles(store, state, before);
  const partitions = layout.partitionBy.flatMap((name) => [
    name,
    layout.byName.get(name)!.physical,
  ]);
  const found: ObjectInfo[] = [];
  for await (const info of store.list("")) {
    signal?.throwIfAborted();
    if (info.modifiedMs >= before || isForeign(info.path, partitions)) continue;
    if (!needed.has(info.path)) found.push(info);
  }
  for await (const info of store.leftovers?.() ?? []) {
    signal?.throwIfAborted();
    if (info.modifiedMs < before && isOwnLeftover(info.path, partitions)) found.push(info);
  }
  return found;
}

function sizeOf(files: readonly ObjectInfo[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
