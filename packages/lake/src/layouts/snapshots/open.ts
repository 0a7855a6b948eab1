import type { Table } from "@lakewright/core";
import { openDataset } from "../../dataset/open.ts";
import { FolderDataset } from "../../dataset/dataset.ts";
import type { Dataset } from "../../dataset/types.ts";
import { storedColumns } from "../../delta/schema/columns.ts";
import { toDeltaFields } from "../../delta/schema/schema.ts";
import { LakeError } from "../../errors.ts";
import { checkOptions, isObject, isPositiveInteger } from "../../options.ts";
import type { Store } from "../../store/store.ts";
import type { Snapshot, SnapshotInfo } from "./types.ts";
import { folderOf, listVersions, readManifest } from "./versions.ts";

/**
 * Opens a version of a snapshot table, the latest complete one unless another is asked for.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND where there is no complete version; LAKE_VERSION_NOT_FOUND; LAKE_STORE_NOT_FOUND
 * where a file of the version is missing.
 */
export async function openSnapshot<T extends Table = Table>(
  store: Store,
  options: {
    readonly version?: number | undefined;
    /** The columns wanted. Default those the version was written with. */
    readonly table?: T | undefined;
  } = {},
): Promise<Snapshot<T>> {
  checkOptions("openSnapshot", options, { version: isPositiveInteger, table: isObject });
  const version = options.version ?? (await latestOf(store));
  const info = await store.head(`${folderOf(version)}/_manifest.json`);
  if (!info) throw await notFound(store, version);
  const manifest = await readManifest(store, version);
  const folder = store.at(folderOf(version));
  const table = options.table ?? (manifest.table as T);
  const dataset: Dataset<T> =
    manifest.files.length > 0
      ? await openDataset(folder, table)
      : new FolderDataset(folder, table, storedColumns(toDeltaFields(table), "none"), []);
  const sizes = new Map(dataset.files().map(({ path, bytes }) => [path, bytes]));
  const lost = manifest.files.find(({ path, bytes }) => sizes.get(path) !== bytes);
  if (lost || sizes.size !== manifest.files.length) {
    throw new LakeError(
      "LAKE_STORE_NOT_FOUND",
      lost
        ? `Version ${version} of ${store.location} is not whole: ${lost.path} is missing or has another size.`
        : `Version ${version} of ${store.location} has files its manifest does not name.`,
      { hint: "Open another version.", details: { version, path: lost?.path } },
    );
  }
  const { rows, created } = manifest;
  return Object.assign(dataset, { version, rows, created: new Date(created) });
}

/** The complete versions, ascending. */
export async function listSnapshots(store: Store): Promise<SnapshotInfo[]> {
  const found: SnapshotInfo[] = [];
  for (const { version, isComplete } of await listVersions(store)) {
    if (!isComplete) continue;
    const { rows, files, created } = await readManifest(store, version);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    found.push({ version, rows, files: files.length, bytes, created: new Date(created) });
  }
  return found;
}

async function latestOf(store: Store): Promise<number> {
  const latest = (await listVersions(store)).findLast(({ isComplete }) => isComplete);
  if (latest) return latest.version;
  throw new LakeError(
    "LAKE_TABLE_NOT_FOUND",
    `There is no complete version of a snapshot table in ${store.location}.`,
    {
      hint: "Write one with writeSnapshot, or check the path.",
      details: { location: store.location },
    },
  );
}

async function notFound(store: Store, version: number): Promise<LakeError> {
  const all = await listVersions(store);
  const there = all.filter(({ isComplete }) => isComplete).map((one) => one.version);
  const isBegun = all.some((one) => one.version === version);
  return new LakeError(
    "LAKE_VERSION_NOT_FOUND",
    isBegun
      ? `Version ${version} of ${store.location} was begun and is not complete.`
      : `There is no version ${version} of ${store.location}.`,
    {
      hint: there.length > 0 ? `There are ${there.join(", ")}.` : "There is no complete version.",
      details: { location: store.location, version },
    },
  );
}
