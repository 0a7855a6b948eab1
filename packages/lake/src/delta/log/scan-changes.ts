import type { RecordBatch } from "apache-arrow";
import { isLakeError, LakeError } from "../../errors.ts";
import { readDataFile, type ReadPlan } from "../../read/data-file.ts";
import type { RowSelection } from "../../read/live-rows.ts";
import type { MutableMetrics } from "../../read/scan.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { ObjectAddress, Store } from "../../store/store.ts";
import { addressOf } from "../data-files/address.ts";
import type { FileChange, VersionChanges } from "./changes.ts";
import type { StoredColumn } from "../schema/columns.ts";
import { deletedRows } from "../deletion-vector/deleted-rows.ts";
import { partitionValueOf } from "../partition/columns.ts";
import { missing } from "../data-files/scan-files.ts";

const plain = (name: string, type: StoredColumn["column"]["type"]): StoredColumn => ({
  name,
  physical: name,
  id: undefined,
  column: { type, nullable: false },
  children: [],
});

/** The columns a change has beside those of the table. */
export const changeColumns: readonly StoredColumn[] = [
  plain("_change_type", { kind: "utf8" }),
  plain("_commit_version", { kind: "int64" }),
  plain("_commit_timestamp", { kind: "timestamp", unit: "us", utc: true }),
];

/** The changed rows of a version. */
export async function* scanChanges(
  store: Store,
  { version, mode, files }: VersionChanges,
  commitMs: number,
  partitions: ReadonlySet<string>,
  plan: ReadPlan,
  metrics: MutableMetrics,
): AsyncGenerator<RecordBatch> {
  for (const file of files) {
    plan.signal?.throwIfAborted();
    const selection = await selectionOf(store, file, plan.signal);
    if (selection?.only?.length === 0) continue;
    metrics.filesRead++;
    const constants = new Map<string, unknown>([
      ["_commit_version", version],
      ["_commit_timestamp", BigInt(commitMs) * 1000n],
      ...(file.type ? ([["_change_type", file.type]] as const) : []),
      ...plan.columns
        .filter((stored) => partitions.has(stored.name))
        .map((stored) => [stored.name, partitionValueOf(file, stored)] as const),
    ]);
    const address = addressOf(store, file.path);
    const size = file.size ?? (await sizeOf(store, file, address));
    const access = randomAccess(address.store, address.path, size, plan.signal);
    try {
      yield* readDataFile(
        { ...plan, mode },
        { name: file.path, access, constants, selection },
        metrics,
      );
    } catch (error) {
      throw isLakeError(error, "LAKE_STORE_NOT_FOUND") ? missing(store, file, error) : error;
    }
  }
}

async function selectionOf(
  store: Store,
  { within, without }: FileChange,
  signal?: AbortSignal,
): Promise<RowSelection | undefined> {
  const except = without && (await deletedRows(store, without, signal));
  if (!within) return except && { except };
  const known = new Set(except);
  const rows = await deletedRows(store, within, signal);
  return { only: rows.filter((row) => !known.has(row)) };
}

async function sizeOf(store: Store, file: FileChange, address: ObjectAddress): Promise<number> {
  const info = await address.store.head(address.path);
  if (info) return info.size;
  throw missing(store, file, new LakeError("LAKE_STORE_NOT_FOUND", `${file.path} is missing.`));
}
