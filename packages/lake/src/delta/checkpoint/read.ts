import { openParquet } from "../../parquet/reader.ts";
import type { ParquetFile, RowGroupInfo } from "../../parquet/types.ts";
import { inOrder } from "../../store/parallel.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import { type CheckpointRows, checkpointRows } from "./rows.ts";
import { parseCommit } from "../log/commit-json.ts";
import { SIDECARS } from "../log/log-files.ts";
import { decodePath, isAbsolute } from "../data-files/paths.ts";

const FILES_AT_ONCE = 2;
const ALL_ROWS = Number.MAX_SAFE_INTEGER;
/** The kinds of action that are read, with properties of which each has one at least. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  txn: ["appId"],
  add: ["path"],
  remove: ["path"],
  metaData: ["id", "schemaString", "createdTime"],
  protocol: ["minReaderVersion"],
  domainMetadata: ["domain"],
  sidecar: ["path"],
};
/** What is read of an action on a file; of other kinds of action, everything. */
const FILE_COLUMNS: ReadonlySet<string> = new Set([
  "path",
  "partitionValues",
  "size",
  "modificationTime",
  "deletionTimestamp",
  "dataChange",
  "extendedFileMetadata",
  "stats",
  "tags",
  "deletionVector",
  "baseRowId",
  "defaultRowCommitVersion",
  "clusteringProvider",
]);

/** The actions of a checkpoint in any of its forms, with those of its sidecars, in portions. */
export async function* readCheckpoint(
  store: Store,
  files: readonly ObjectInfo[],
): AsyncGenerator<CheckpointRows> {
  const sidecars: ObjectInfo[] = [];
  for (const file of files) {
    for await (const rows of readRows(store, file)) {
      for (const { sidecar } of rows.actions) {
        if (!sidecar) continue;
        const path = decodePath(sidecar.path);
        sidecars.push({
          path: isAbsolute(path) || path.includes("/") ? path : SIDECARS + path,
          size: sidecar.sizeInBytes,
          modifiedMs: 0,
        });
      }
      yield rows;
    }
  }
  const read = (file: ObjectInfo): Promise<CheckpointRows[]> =>
    Array.fromAsync(readRows(store, file));
  for await (const portions of inOrder(sidecars, FILES_AT_ONCE, read)) yield* portions;
}

async function* readRows(store: Store, file: ObjectInfo): AsyncGenerator<CheckpointRows> {
  if (file.path.endsWith(".json")) {
    yield {
      actions: parseCommit(await store.get(file.path), file.path),
      apply: () => {},
    };
    return;
  }
  const parquet = await openParquet(randomAccess(store, file.path, file.size), {
    name: file.path,
  });
  for (const [k, group] of parquet.rowGroups.entries()) {
    const columns = columnsOf(parquet, group);
    if (columns.length === 0) continue;
    for await (const batch of parquet.read({ columns, rowGroups: [k], batchRows: ALL_ROWS })) {
      yield checkpointRows(batch, file.path);
    }
  }
}

/** Lists and maps for which it is the same whether they are null or have nothing in them. */
const EMPTY_OR_NULL: ReadonlySet<string> = new Set([
  "add.partitionValues",
  "add.tags",
  "remove.tags",
  "metaData.partitionColumns",
  "metaData.configuration",
]);

/**
 * The columns of a row group that have something in them: a checkpoint of files has other kinds of action in a few rows.
 * Statistics as a struct are read only where files have none as text.
 */
function columnsOf({ table }: ParquetFile, { columns, rows }: RowGroupInfo): string[] {
  const nulls = (...path: readonly string[]): number | undefined =>
    columns.find((leaf) => path.every((name, k) => leaf.path[k] === name))?.nullCount;
  const isEmpty = (...path: readonly string[]): boolean => nulls(...path) === rows;
  const without = nulls("add", "stats");
  const hasText = without !== undefined && without === nulls("add", "path");
  return table.fields.flatMap(({ name, column: { type } }) => {
    const required = REQUIRED[name];
    if (!required || required.every((field) => isEmpty(name, field))) return [];
    const ofFiles = name === "add" || name === "remove";
    if ((!ofFiles && name !== "metaData") || type.kind !== "struct") return [name];
    return Object.entries(type.fields).flatMap(([field, { type }]) => {
      const path = `${name}.${field}`;
      const wanted = !ofFiles || FILE_COLUMNS.has(field) || (field === "stats_parsed" && !hasText);
      // Of a list or a map the leaf is null in every row where no row has an element.
      const isTold =
        EMPTY_OR_NULL.has(path) ||
        (type.kind !== "struct" && type.kind !== "map" && type.kind !== "list");
      const empty = isTold
        ? isEmpty(name, field)
        : field === "deletionVector" && isEmpty(name, field, "storageType");
      return wanted && !empty ? [path] : [];
    });
  });
}
