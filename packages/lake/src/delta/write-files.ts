import {
  batchOf,
  type JobOptions,
  type RowsOrBatches,
  type Table,
  tableFromFields,
  toArrowSchema,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { ParquetCodec } from "../parquet/types.ts";
import { castColumn } from "../read/cast.ts";
import type { Store } from "../store/store.ts";
import { writeBatches } from "../write/batches.ts";
import type { WrittenFile } from "../write/data-file-writer.ts";
import { DEFAULT_FILE_BYTES, FanOut } from "../write/fan-out.ts";
import type { AddFile } from "./actions.ts";
import { fieldIdsOf, fileTable } from "./columns.ts";
import type { Layout } from "./layout.ts";
import { encodePath } from "./paths.ts";
import { sizeProperty } from "./properties.ts";
import { statsLeaves } from "./stats-columns.ts";
import { formatStats } from "./stats-write.ts";

/** Data files that are written and wait to be committed. */
export interface Written {
  readonly adds: readonly AddFile[];
  readonly rows: number;
  readonly bytes: number;
  /** Removes the files again, as far as the store lets it. */
  discard(): Promise<void>;
}

export const NOTHING_WRITTEN: Written = {
  adds: [],
  rows: 0,
  bytes: 0,
  discard: () => Promise.resolve(),
};

/** Writes data as files of a table, with their statistics. */
export async function writeFiles<T extends Table>(
  store: Store,
  layout: Layout,
  configuration: Readonly<Record<string, string>>,
  data: RowsOrBatches<T>,
  options: JobOptions,
): Promise<Written> {
  const { columns, partitionBy, partitions } = layout;
  const stored = fileTable(layout.table.name, columns);
  const inFiles = columns.filter((column) => !partitions.has(column.name));
  const table = tableFromFields(
    layout.table.name,
    stored.fields.filter((_, k) => !partitions.has(columns[k]!.name)),
  );
  const leaves = statsLeaves(table, configuration);
  const files = new FanOut(store, {
    table,
    partitions: partitionBy.map((name) => {
      const index = columns.findIndex((column) => column.name === name);
      const { name: physical, column } = stored.fields[index]!;
      return { index, name: physical, type: column.type, nullable: column.nullable };
    }),
    parquet: { codec: codecOf(configuration), fieldIds: fieldIdsOf(inFiles) },
    targetFileBytes: sizeProperty(configuration, "delta.targetFileSize") ?? DEFAULT_FILE_BYTES,
    nullPaths: leaves
      .filter(({ type }) => type.kind === "list" || type.kind === "map")
      .map(({ path }) => path),
  });
  const written = await writeBatches(layout.table as T, data, files, options, (batch) =>
    asStored(batch, stored),
  );
  const names = partitionBy.map((name) => layout.byName.get(name)!.physical);
  const addOf = (file: WrittenFile): AddFile => ({
    path: encodePath(file.path),
    partitionValues: Object.fromEntries(file.values.map((value, k) => [names[k]!, value])),
    size: file.summary.bytes,
    modificationTime: Math.floor(file.modifiedMs),
    dataChange: true,
    stats: formatStats(leaves, {
      rows: file.summary.rows,
      columns: file.summary.columns,
      nullCounts: file.nullCounts,
    }),
  });
  return {
    adds: written.map(addOf),
    rows: written.reduce((sum, { summary }) => sum + summary.rows, 0),
    bytes: written.reduce((sum, { summary }) => sum + summary.bytes, 0),
    discard: () => files.discard(),
  };
}

/** A batch in the names and types of data files. */
function asStored(batch: RecordBatch, stored: Table): RecordBatch {
  const children = stored.fields.map(({ name, column }, k) =>
    castColumn(batch.data.children[k]!, column, name),
  );
  return batchOf(toArrowSchema(stored), batch.numRows, children);
}

/** The compression of data files a table asks for; of one this package does not write, its own default. */
export function codecOf(configuration: Readonly<Record<string, string>>): ParquetCodec {
  switch (configuration["delta.parquet.compression.codec"]?.toLowerCase()) {
    case "zstd":
      return "zstd";
    case "gzip":
      return "gzip";
    case "none":
    case "uncompressed":
      return "none";
    default:
      return "snappy";
  }
}
