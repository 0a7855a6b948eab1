import type { RowsOrBatches, Table } from "@lakewright/core";
import { isData } from "../../dataset/open.ts";
import { writeDataset } from "../../dataset/write.ts";
import { LakeError } from "../../errors.ts";
import { checkOptions, isFunction, isOneOf, isPositiveInteger, jobChecks } from "../../options.ts";
import { systemClock } from "../../store/clock.ts";
import type { Store } from "../../store/store.ts";
import { toJsonBytes } from "../json-object.ts";
import type { SnapshotInfo, WriteSnapshotOptions } from "./types.ts";
import {
  CLAIM,
  folderOf,
  listVersions,
  MANIFEST,
  type Manifest,
  manifestBytes,
} from "./versions.ts";

/** Numbers tried: each failure is another writer's success. */
const MOST_ATTEMPTS = 1000;

/**
 * Writes rows as the next version of a snapshot table: Parquet files in `version=vN/`, all rows there are. The number is
 * claimed first and the version becomes readable at the end, so two writers never share one and none is read half
 * written. Numbers of writers that broke off are not used again.
 *
 * @throws LakeError LAKE_STORE_UNSAFE where the store has no put-if-absent; the errors of `writeDataset`.
 */
export async function writeSnapshot<T extends Table>(
  store: Store,
  table: T,
  data: RowsOrBatches<T>,
  options: WriteSnapshotOptions = {},
): Promise<SnapshotInfo> {
  checkOptions("writeSnapshot", options, {
    ...jobChecks,
    codec: isOneOf("none", "snappy", "gzip", "zstd"),
    targetFileBytes: isPositiveInteger,
    clock: isFunction,
  });
  const { clock = systemClock, ...rest } = options;
  assertClaims(store);
  const version = await claim(store, clock());
  const folder = store.at(folderOf(version));
  try {
    const { rows } = await writeDataset(folder, table, data, { ...rest, ifExists: "append" });
    const files: Manifest["files"][number][] = [];
    for await (const { path, size } of folder.list("")) {
      if (isData(path)) files.push({ path, bytes: size });
    }
    const created = clock();
    await folder.put(MANIFEST, manifestBytes({ table, rows, created, files }));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { version, rows, files: files.length, bytes, created: new Date(created) };
  } catch (error) {
    await abandon(folder);
    throw error;
  }
}

function assertClaims(store: Store): void {
  if (store.capabilities?.putIfAbsent !== false) return;
  throw new LakeError(
    "LAKE_STORE_UNSAFE",
    `${store.location} cannot create an object only where there is none, so two writers could take one version.`,
    { hint: "Use a store with put-if-absent.", details: { location: store.location } },
  );
}

async function claim(store: Store, now: number): Promise<number> {
  const last = (await listVersions(store)).at(-1)?.version ?? 0;
  const bytes = toJsonBytes({ claimed: now });
  for (let version = last + 1; version <= last + MOST_ATTEMPTS; version++) {
    if (await store.putIfAbsent(`${folderOf(version)}/${CLAIM}`, bytes)) return version;
  }
  throw new LakeError(
    "LAKE_COMMIT_CONFLICT",
    `Other writers took ${MOST_ATTEMPTS} versions at ${store.location} first.`,
    { retryable: true, details: { location: store.location } },
  );
}

/** Removes what a failed writer wrote, as far as the store lets it. The claim stays: the number is used up. */
async function abandon(folder: Store): Promise<void> {
  try {
    // Where it is not known whether the manifest was written, it goes first.
    await folder.delete(MANIFEST);
    for await (const { path } of folder.list("")) if (isData(path)) await folder.delete(path);
  } catch {
    // Retention removes it.
  }
}
