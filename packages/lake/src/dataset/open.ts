import { type Table, tableFromFields } from "@lakewright/core";
import { storedColumns } from "../delta/schema/columns.ts";
import { partitionValue } from "../delta/partition/value.ts";
import { parsePartitionDirectory } from "../delta/data-files/paths.ts";
import { toDeltaFields } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { openParquet } from "../parquet/reader.ts";
import { withKeys } from "../store/keyed-store.ts";
import { checkOptions, isEncryption } from "../options.ts";
import { randomAccess } from "../store/random-access.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import { type DatasetFile, FolderDataset } from "./dataset.ts";
import type { Dataset, OpenDatasetOptions } from "./types.ts";

/**
 * Opens a folder of Parquet files of any writer as one table. Values in folder names (`country=DE`) are columns.
 *
 * Without a table given its columns are those of the first file, then the folder levels as text, for a folder name does
 * not tell its type. Columns a file does not have are null; types a file has narrower are widened.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND where there is no Parquet file; LAKE_SCHEMA_MISMATCH where folder names do not go
 * together with the table or with each other.
 */
export async function openDataset<T extends Table = Table>(
  store: Store,
  table?: T,
  options: OpenDatasetOptions = {},
): Promise<Dataset<T>> {
  checkOptions("openDataset", options, { encryption: isEncryption });
  const keyed = withKeys(store, options.encryption);
  const found: {
    readonly info: ObjectInfo;
    readonly levels: ReadonlyMap<string, string | null>;
  }[] = [];
  for await (const info of store.list("")) {
    if (isData(info.path)) found.push({ info, levels: levelsOf(info.path) });
  }
  if (found.length === 0) {
    throw new LakeError("LAKE_TABLE_NOT_FOUND", `There is no Parquet file in ${store.location}.`, {
      hint: "Write one with writeDataset, or check the path.",
      details: { location: store.location },
    });
  }
  const names = [...found[0]!.levels.keys()];
  for (const { info, levels } of found) {
    if ([...levels.keys()].join("/") !== names.join("/")) throw mixedLevels(store, info, names);
  }
  const shown = table ?? (await inferredTable(keyed, found[0]!.info, names));
  const files = found.map(({ info, levels }): DatasetFile => ({
    info,
    constants: new Map(
      shown.fields
        .filter((field) => levels.has(field.name))
        .map((field) => [field.name, levelValue(field.name, field.column.type, levels, info)]),
    ),
  }));
  return new FolderDataset(keyed, shown as T, storedColumns(toDeltaFields(shown), "none"), files);
}

/** Names that begin with "_" or "." are of other programs (`_SUCCESS`, `_delta_log`), unless they are a partition. */
export function isData(path: string): boolean {
  const segments = path.split("/");
  return (
    path.endsWith(".parquet") &&
    segments.every((segment) => !/^[_.]/.test(segment) || segment.includes("="))
  );
}

/** The values in a path's folder names, by column. */
export function levelsOf(path: string): ReadonlyMap<string, string | null> {
  const levels = new Map<string, string | null>();
  for (const folder of path.split("/").slice(0, -1)) {
    const level = parsePartitionDirectory(folder);
    if (level) levels.set(level.column, level.value);
  }
  return levels;
}

async function inferredTable(
  store: Store,
  { path, size }: ObjectInfo,
  levels: readonly string[],
): Promise<Table> {
  const { table } = await openParquet(randomAccess(store, path, size), { name: path });
  const inFolders = new Set(levels.map((name) => name.toLowerCase()));
  return tableFromFields("dataset", [
    ...table.fields.filter(({ name }) => !inFolders.has(name.toLowerCase())),
    ...levels.map((name) => ({
      name,
      column: { type: { kind: "utf8" as const }, nullable: true },
    })),
  ]);
}

function levelValue(
  name: string,
  type: Parameters<typeof partitionValue>[0],
  levels: ReadonlyMap<string, string | null>,
  { path }: ObjectInfo,
): unknown {
  try {
    return partitionValue(type, levels.get(name), name);
  } catch (cause) {
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `Folder level "${name}" of ${path} has the value ${JSON.stringify(levels.get(name))}, which is no ${type.kind}.`,
      {
        hint: "Give the column another type, such as utf8().",
        details: { path, column: name },
        cause,
      },
    );
  }
}

function mixedLevels(store: Store, { path }: ObjectInfo, names: readonly string[]): LakeError {
  return new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `${path} in ${store.location} is not in the folder levels of the first file: ${names.join("/") || "none"}.`,
    { hint: "Open each part on its own with store.at(…).", details: { path } },
  );
}
