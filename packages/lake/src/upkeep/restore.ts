import type { JobOptions } from "@lakewright/core";
import type { Action, AddFile, DomainMetadata } from "../delta/log/actions.ts";
import { addressOf } from "../delta/data-files/address.ts";
import { vectorPath } from "../delta/deletion-vector/read.ts";
import type { TableState } from "../delta/log/load.ts";
import { fileKey } from "../delta/log/log-state.ts";
import { assertWritable, isEnabled } from "../delta/schema/protocol.ts";
import { NOTHING_WRITTEN } from "../delta/data-files/write-files.ts";
import { LakeError } from "../errors.ts";
import { checkOptions, jobChecks } from "../options.ts";
import { inOrder } from "../store/parallel.ts";
import type { Store } from "../store/store.ts";
import { stateAsOf } from "../table/as-of.ts";
import { commitActions } from "../table/commit-actions.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import { removeOf } from "../table/remove.ts";
import type { AsOf } from "../table/types.ts";
import { committedAdd } from "./committed-add.ts";
import { restoredMetadata } from "./restored-metadata.ts";
import type { RestorePlan, RestoreResult } from "./types.ts";

const HEADS_AT_ONCE = 16;
/** Missing files named in the message; the details have all. */
const NAMED = 3;

/**
 * Plans to bring back an earlier version: its rows, schema and properties. The protocol stays, for what was once needed
 * to read the log still is.
 *
 * @throws LakeError LAKE_VERSION_NOT_FOUND; LAKE_STORE_NOT_FOUND naming data files that vacuum has removed since;
 * LAKE_UNSUPPORTED_FEATURE where the table takes appends only and rows would go.
 */
export async function planRestore(
  table: DeltaTable,
  to: AsOf,
  options: JobOptions = {},
): Promise<RestorePlan> {
  checkOptions("restore", options, jobChecks);
  await table.mutex.run(() => table.advance());
  const now = table.state;
  assertWritable(now.protocol, now.metadata, table.location);
  const then = await stateAsOf(table.store, to);
  const { version } = now;
  const restored = missingFrom(now, then);
  const removed = missingFrom(then, now);
  await assertThere(table.store, restored, then.version, options.signal);
  if (removed.length > 0 && isEnabled(now.metadata, "delta.appendOnly")) {
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `Table ${table.location} takes appends only (delta.appendOnly): version ${then.version} lacks rows it has.`,
      { details: { location: table.location, features: ["appendOnly"] } },
    );
  }
  const metadata = restoredMetadata(now, then);
  const domains = restoredDomains(now, then);
  const run = async (): Promise<RestoreResult> => {
    const counts = { filesRestored: restored.length, filesRemoved: removed.length };
    if (restored.length + removed.length + domains.length === 0 && !metadata) {
      return { version: table.version, written: false, ...counts };
    }
    const timestamp = table.clock();
    const actions: readonly Action[] = [
      ...(metadata ? [{ metaData: metadata }] : []),
      ...domains.map((domainMetadata) => ({ domainMetadata })),
      ...removed.map((file) => ({ remove: removeOf(file, timestamp) })),
      ...restored.map((file) => ({ add: committedAdd(file, then) })),
    ];
    await commitActions(table, options, NOTHING_WRITTEN, {
      operation: "RESTORE",
      parameters: { version: then.version, ...("timestamp" in to && { timestamp: textOf(to) }) },
      metrics: restoreMetrics(then, restored, removed),
      actions,
      expects: { version, reads: "everything", transactions: new Map() },
    });
    return { version: table.version, written: true, ...counts };
  };
  return {
    version,
    to: then.version,
    filesRestored: restored.length,
    filesRemoved: removed.length,
    run,
  };
}

function textOf({ timestamp }: { readonly timestamp: string | Date }): string {
  return timestamp instanceof Date ? timestamp.toISOString() : timestamp;
}

/** Files of a state that another does not have. */
function missingFrom(there: TableState, state: TableState): readonly AddFile[] {
  return [...state.files.values()].filter((file) => !there.files.has(fileKey(file)));
}

async function assertThere(
  store: Store,
  files: readonly AddFile[],
  version: bigint,
  signal: AbortSignal | undefined,
): Promise<void> {
  const paths = new Set<string>();
  for (const { path, deletionVector } of files) {
    paths.add(path);
    if (deletionVector && deletionVector.storageType !== "i") {
      paths.add(vectorPath(deletionVector));
    }
  }
  const lost: string[] = [];
  const look = async (path: string): Promise<string | undefined> => {
    signal?.throwIfAborted();
    const address = addressOf(store, path);
    return (await address.store.head(address.path)) ? undefined : path;
  };
  for await (const path of inOrder(paths, HEADS_AT_ONCE, look)) {
    if (path !== undefined) lost.push(path);
  }
  if (lost.length === 0) return;
  const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : "";
  throw new LakeError(
    "LAKE_STORE_NOT_FOUND",
    `Version ${version} of ${store.location} cannot be restored: ${lost.slice(0, NAMED).join(", ")}${more} ${lost.length === 1 ? "is" : "are"} no longer there.`,
    {
      hint: "Vacuum removes files that only old versions need. Restore a later version.",
      details: { location: store.location, version, paths: lost },
    },
  );
}

function restoredDomains(now: TableState, then: TableState): readonly DomainMetadata[] {
  const back = [...then.domains.values()].filter(
    ({ domain, configuration }) => now.domains.get(domain)?.configuration !== configuration,
  );
  const gone = [...now.domains.values()]
    .filter(({ domain }) => !then.domains.has(domain))
    .map((domain) => ({ ...domain, removed: true }));
  return [...back, ...gone];
}

/** As Spark names them (RestoreTableCommand.scala). */
function restoreMetrics(
  then: TableState,
  restored: readonly AddFile[],
  removed: readonly AddFile[],
): Record<string, number> {
  let tableSize = 0;
  for (const { size } of then.files.values()) tableSize += size;
  return {
    numRestoredFiles: restored.length,
    restoredFilesSize: sizeOf(restored),
    numRemovedFiles: removed.length,
    removedFilesSize: sizeOf(removed),
    numOfFilesAfterRestore: then.files.size,
    tableSizeAfterRestore: tableSize,
  };
}

function sizeOf(files: readonly AddFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
