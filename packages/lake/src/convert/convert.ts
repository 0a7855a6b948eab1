import type { Column, Table } from "@lakewright/core";
import { withFields } from "../alter/fields.ts";
import { checkProperties } from "../alter/known-properties.ts";
import { isData, levelsOf } from "../dataset/open.ts";
import type { AddFile } from "../delta/log/actions.ts";
import { fileTable } from "../delta/schema/columns.ts";
import { createLog } from "../delta/log/create-log.ts";
import { layoutOf } from "../delta/schema/layout.ts";
import { partitionText, partitionValue } from "../delta/partition/value.ts";
import { encodePath } from "../delta/data-files/paths.ts";
import { toDeltaFields } from "../delta/schema/schema.ts";
import { listLog } from "../delta/log/segment.ts";
import { statsLeaves } from "../delta/statistics/columns.ts";
import { LakeError } from "../errors.ts";
import { checkOptions, isFunction, isNames, isObject, jobChecks } from "../options.ts";
import { progressOf } from "../progress.ts";
import { openParquet } from "../parquet.ts";
import type { ParquetFile } from "../parquet/types.ts";
import { systemClock, wholeClock } from "../store/clock.ts";
import { inOrder } from "../store/parallel.ts";
import { randomAccess } from "../store/random-access.ts";
import { assertCommits } from "../store/capabilities.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import { DeltaTable } from "../table/delta-table.ts";
import { protocolFor, withoutRequests } from "../table/protocol-for.ts";
import type { LakeTable } from "../table/types.ts";
import { footerStats } from "./footer-stats.ts";
import { tableOfFiles } from "./table-of-files.ts";
import type { ConvertOptions } from "./types.ts";

const FOOTERS_AT_ONCE = 8;

/** A Parquet file of the folder, with the values in its folder names. */
export interface FoundFile {
  readonly info: ObjectInfo;
  readonly levels: ReadonlyMap<string, string | null>;
  readonly parquet: ParquetFile;
}

/**
 * Makes a Delta table of a folder of Parquet files, in one commit that names them where they are: nothing is copied, and
 * only footers are read. Values in folder names (`country=DE`) become partition columns. Statistics are those of the
 * footers.
 *
 * Nobody else may write to the folder meanwhile.
 *
 * @throws LakeError LAKE_TABLE_EXISTS where there is a log already, LAKE_TABLE_NOT_FOUND where there is no Parquet file,
 * LAKE_SCHEMA_MISMATCH for files that do not go together, LAKE_CORRUPT_PARQUET; LAKE_INVALID_OPTION.
 */
export async function convertToDelta(
  store: Store,
  options: ConvertOptions = {},
): Promise<LakeTable> {
  checkOptions("convertToDelta", options, {
    ...jobChecks,
    table: isObject,
    partitionBy: isNames,
    name: (value) => (typeof value === "string" && value !== "" ? undefined : "a text"),
    properties: isObject,
    clock: isFunction,
  });
  const { clock = systemClock, properties = {} } = options;
  checkProperties("convertToDelta", properties);
  assertCommits(store);
  if ((await listLog(store)).latest !== undefined) throw exists(store);
  const files = await readFooters(store, options);
  const { table, partitionBy } = tableOfFiles(store, files, options);
  const now = wholeClock(clock)();
  const asked = withFields(
    {
      id: crypto.randomUUID(),
      name: options.name ?? table.name,
      format: { provider: "parquet", options: {} },
      schemaString: "",
      partitionColumns: [...partitionBy],
      configuration: { ...properties },
      createdTime: now,
    },
    toDeltaFields(table),
  );
  const protocol = protocolFor(asked, store.location);
  const metadata = withoutRequests(asked);
  const { columns, partitions, byName } = layoutOf(protocol, metadata, store.location);
  const stored = fileTable(
    "file",
    columns.filter(({ name }) => !partitions.has(name)),
  );
  const leaves = statsLeaves(stored, metadata.configuration);
  const addOf = ({ info, levels, parquet }: FoundFile): AddFile => ({
    path: encodePath(info.path),
    partitionValues: Object.fromEntries(
      partitionBy.map((name) => {
        const { physical, column } = byName.get(name)!;
        return [physical, folderText(info, name, column, levels.get(name) ?? null)];
      }),
    ),
    size: info.size,
    modificationTime: Math.floor(info.modifiedMs),
    dataChange: true,
    stats: footerStats(parquet, leaves),
  });
  const adds = files.map(addOf);
  const state = await createLog(store, protocol, metadata, now, {
    operation: "CONVERT",
    parameters: { numFiles: String(adds.length), collectStats: "true", sourceFormat: "parquet" },
    metrics: { numConvertedFiles: String(adds.length) },
    adds,
  });
  if (!state) throw exists(store);
  return new DeltaTable<Table>(store, state, clock);
}

async function readFooters(
  store: Store,
  { signal, onProgress }: ConvertOptions,
): Promise<readonly FoundFile[]> {
  const infos: ObjectInfo[] = [];
  for await (const info of store.list("")) {
    signal?.throwIfAborted();
    if (isData(info.path)) infos.push(info);
  }
  if (infos.length === 0) {
    throw new LakeError("LAKE_TABLE_NOT_FOUND", `There is no Parquet file in ${store.location}.`, {
      hint: "Check the path; files whose names begin with _ or . are not looked at.",
      details: { location: store.location },
    });
  }
  const report = progressOf(onProgress);
  const open = async (info: ObjectInfo): Promise<FoundFile> => {
    signal?.throwIfAborted();
    const access = randomAccess(store, info.path, info.size, signal);
    const parquet = await openParquet(access, { name: info.path, signal });
    return { info, levels: levelsOf(info.path), parquet };
  };
  const files: FoundFile[] = [];
  for await (const file of inOrder(infos, FOOTERS_AT_ONCE, open)) {
    files.push(file);
    report({ phase: "convert", done: files.length, total: infos.length, unit: "files" });
  }
  return files;
}

/** A value of a folder name as the log has it. */
function folderText(
  { path }: ObjectInfo,
  name: string,
  { type, nullable }: Column,
  text: string | null,
): string | null {
  let value: unknown;
  try {
    value = partitionValue(type, text, name);
  } catch (cause) {
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `Folder level "${name}" of ${path} has the value ${JSON.stringify(text)}, which is no ${type.kind}.`,
      {
        hint: "Give the column another type, such as utf8().",
        details: { path, column: name },
        cause,
      },
    );
  }
  if (value === null && !nullable) {
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `Folder level "${name}" of ${path} is null, and the column is not nullable.`,
      { hint: "Make the column nullable.", details: { path, column: name } },
    );
  }
  return partitionText(type, value, name);
}

function exists(store: Store): LakeError {
  return new LakeError("LAKE_TABLE_EXISTS", `There is a table in ${store.location} already.`, {
    hint: "Open it with openTable.",
    details: { location: store.location },
  });
}
