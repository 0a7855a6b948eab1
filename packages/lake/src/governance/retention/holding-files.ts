import { readPlaced } from "../../change/placed-rows.ts";
import type { AddFile } from "../../delta/log/actions.ts";
import { loadState, readCommit } from "../../delta/log/load.ts";
import { canonicalPath } from "../../delta/data-files/paths.ts";
import { listLog } from "../../delta/log/segment.ts";
import { boundsOfFile } from "../../delta/statistics/read.ts";
import { isLakeError, LakeError } from "../../errors.ts";
import { mayMatch } from "../../read/prune.ts";
import type { DeltaTable } from "../../table/delta-table.ts";
import type { Bound } from "../../where/bind.ts";
import type { HoldingFile } from "./types.ts";

/** A file of any version the log can still bring back. */
interface KnownFile {
  readonly file: AddFile;
  readonly from: bigint;
  to: bigint | undefined;
  readonly kind: "data" | "changes";
}

/**
 * Finds the files in the store, of every version the log still tells, that hold rows for which a condition is true. Rows
 * a deletion vector hides are held all the same.
 */
export async function holdingFiles(
  table: DeltaTable,
  where: Bound,
  signal: AbortSignal | undefined,
): Promise<HoldingFile[]> {
  const { layout } = table;
  const found: HoldingFile[] = [];
  const counted = new Map<string, number>();
  for (const { file, from, to, kind } of await knownFiles(table)) {
    signal?.throwIfAborted();
    const path = canonicalPath(file.path);
    if (!mayMatch(where, boundsOfFile(file, layout.byName, layout.partitions))) continue;
    let rows = counted.get(path);
    if (rows === undefined) {
      rows = await rowsIn(table, file, where, signal);
      counted.set(path, rows);
    }
    if (rows > 0) found.push({ path, rows, from, to, kind });
  }
  return found;
}

/** Rows of a file, hidden ones too; 0 for a file that is gone. */
async function rowsIn(
  { store, layout }: DeltaTable,
  { deletionVector: _, ...file }: AddFile,
  where: Bound,
  signal: AbortSignal | undefined,
): Promise<number> {
  let rows = 0;
  try {
    for await (const { places } of readPlaced(store, file, layout, {
      columns: [],
      where,
      signal,
    })) {
      rows += places.length;
    }
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
  return rows;
}

function isGone(error: unknown): boolean {
  return (
    isLakeError(error, "LAKE_STORE_NOT_FOUND") ||
    (error instanceof Error && isLakeError(error.cause, "LAKE_STORE_NOT_FOUND"))
  );
}

async function knownFiles({ store, version: latest }: DeltaTable): Promise<KnownFile[]> {
  const { commits, checkpoints } = await listLog(store);
  const starts = [
    ...(commits[0]?.version === 0n ? [0n] : []),
    ...checkpoints.map((one) => one.version),
  ];
  const first = await firstState(store, starts, latest);
  const all: KnownFile[] = [];
  const live = new Map<string, KnownFile>();
  const add = (file: AddFile, from: bigint): void => {
    const known: KnownFile = { file, from, to: undefined, kind: "data" };
    all.push(known);
    live.set(canonicalPath(file.path), known);
  };
  for (const file of first.files.values()) add(file, first.version);
  for (let version = first.version + 1n; version <= latest; version++) {
    const actions = (await readCommit(store, version)) ?? [];
    for (const { remove } of actions) {
      const gone = remove && live.get(canonicalPath(remove.path));
      if (gone) gone.to = version;
    }
    for (const action of actions) {
      if (action.add) add(action.add, version);
      if (action.cdc) {
        const file = { ...action.cdc, modificationTime: 0, dataChange: false };
        all.push({ file, from: version, to: version + 1n, kind: "changes" });
      }
    }
  }
  return all;
}

async function firstState(
  store: DeltaTable["store"],
  starts: readonly bigint[],
  latest: bigint,
): ReturnType<typeof loadState> {
  for (const version of [...new Set(starts)].sort((a, b) => (a < b ? -1 : 1))) {
    try {
      return await loadState(store, version);
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
    }
  }
  return loadState(store, latest);
}
