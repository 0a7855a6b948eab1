import type { RecordBatch } from "apache-arrow";
import { isLakeError, LakeError } from "../../errors.ts";
import {
  type DataFile,
  type OpenedFile,
  openDataFile,
  type ReadPlan,
} from "../../read/data-file.ts";
import { mayMatch } from "../../read/prune.ts";
import type { MutableMetrics } from "../../read/scan.ts";
import { inOrder } from "../../store/parallel.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { Store } from "../../store/store.ts";
import type { Bound } from "../../where/bind.ts";
import type { AddFile, PartitionValues } from "../log/actions.ts";
import { addressOf } from "./address.ts";
import type { StoredColumn } from "../schema/columns.ts";
import { deletedRows } from "../deletion-vector/deleted-rows.ts";
import type { FileList } from "../file-set/file-set.ts";
import type { Layout } from "../schema/layout.ts";
import { partitionValueOf } from "../partition/columns.ts";
import { boundsOfFile, boundsOfPartition } from "../statistics/read.ts";

/** Files under way: while one is read, the footer and the first row group of the next come. */
const FILES_AT_ONCE = 2;

/** The rows of data files of a version, without those that partition values and statistics rule out. */
export async function* scanFiles(
  store: Store,
  files: FileList<AddFile>,
  layout: Layout,
  plan: ReadPlan,
  metrics: MutableMetrics,
): AsyncGenerator<RecordBatch> {
  // Whoever leaves the loop ends what is read ahead.
  const left = new AbortController();
  const signal = plan.signal ? AbortSignal.any([plan.signal, left.signal]) : left.signal;
  const open = async (file: AddFile): Promise<OpenedFile> =>
    openDataFile({ ...plan, signal }, await dataFile(store, file, layout, plan.columns, signal));
  const named = async (file: AddFile): Promise<readonly [AddFile, OpenedFile]> => {
    try {
      return [file, await open(file)];
    } catch (error) {
      throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
    }
  };
  try {
    const wanted = filesFor(files, layout, plan.where, metrics);
    for await (const [file, opened] of inOrder(wanted, FILES_AT_ONCE, named)) {
      plan.signal?.throwIfAborted();
      metrics.filesRead++;
      try {
        yield* opened.read(metrics);
      } catch (error) {
        throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
      }
    }
  } finally {
    left.abort();
  }
}

/** The files that may have rows for which a condition is true. Those ruled out by their partition are never objects. */
export function* filesFor(
  files: FileList<AddFile>,
  { byName, partitions }: Layout,
  where: Bound | undefined,
  metrics: { filesSkipped: number },
): Generator<AddFile> {
  if (!where) {
    yield* files;
    return;
  }
  const mayHold = (partitionValues: PartitionValues): boolean =>
    mayMatch(where, boundsOfPartition({ partitionValues }, byName, partitions));
  for (const file of files.ofPartitions(mayHold)) {
    if (file && mayMatch(where, boundsOfFile(file, byName, partitions))) yield file;
    else metrics.filesSkipped++;
  }
}

/** A data file of the log as it is read: its bytes, its constants, its rows that are not deleted. */
export async function dataFile(
  store: Store,
  file: AddFile,
  layout: Layout,
  columns: readonly StoredColumn[],
  signal: AbortSignal | undefined,
): Promise<DataFile> {
  const address = addressOf(store, file.path);
  const selection = file.deletionVector && {
    except: await deletedRows(store, file.deletionVector, signal),
  };
  const constants = new Map(
    columns
      .filter((stored) => layout.partitions.has(stored.name))
      .map((stored) => [stored.name, partitionValueOf(file, stored)]),
  );
  return {
    name: file.path,
    access: randomAccess(address.store, address.path, file.size, signal),
    constants,
    selection,
  };
}

export function missing(store: Store, file: { readonly path: string }, cause: unknown): LakeError {
  return new LakeError(
    "LAKE_STORE_NOT_FOUND",
    `The log of ${store.location} names the data file ${file.path}, which is not there.`,
    {
      hint: "Vacuum removes files of old versions: read a later one. A file of the latest version must be restored.",
      details: { path: file.path, location: store.location },
      cause,
    },
  );
}
