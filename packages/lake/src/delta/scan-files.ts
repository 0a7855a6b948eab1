import type { RecordBatch } from "apache-arrow";
import { isLakeError, LakeError } from "../errors.ts";
import { type DataFile, readDataFile, type ReadPlan } from "../read/data-file.ts";
import { mayMatch } from "../read/prune.ts";
import type { MutableMetrics } from "../read/scan.ts";
import { randomAccess } from "../store/random-access.ts";
import type { Store } from "../store/store.ts";
import type { AddFile } from "./actions.ts";
import { addressOf } from "./address.ts";
import { readDeletionVector } from "./deletion-vector.ts";
import type { Layout } from "./layout.ts";
import { partitionValueOf } from "./partition-columns.ts";
import { boundsOfFile } from "./stats-read.ts";

/** The rows of data files of a version, without those that partition values and statistics rule out. */
export async function* scanFiles(
  store: Store,
  files: Iterable<AddFile>,
  layout: Layout,
  plan: ReadPlan,
  metrics: MutableMetrics,
): AsyncGenerator<RecordBatch> {
  for (const file of files) {
    plan.signal?.throwIfAborted();
    if (plan.where && !mayMatch(plan.where, boundsOfFile(file, layout.byName, layout.partitions))) {
      metrics.filesSkipped++;
      continue;
    }
    metrics.filesRead++;
    const data = await dataFile(store, file, layout, plan);
    try {
      yield* readDataFile(plan, data, metrics);
    } catch (error) {
      throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
    }
  }
}

async function dataFile(
  store: Store,
  file: AddFile,
  layout: Layout,
  { columns, signal }: ReadPlan,
): Promise<DataFile> {
  const address = addressOf(store, file.path);
  const selection = file.deletionVector && {
    except: await readDeletionVector(store, file.deletionVector, signal),
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
