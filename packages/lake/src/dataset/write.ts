import { batchOf, type RowsOrBatches, type Table, toArrowField } from "@lakewright/core";
import { type RecordBatch, Schema } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { checkOptions, isEncryption, isOneOf, isPositiveInteger, jobChecks } from "../options.ts";
import type { Store } from "../store/store.ts";
import { writeBatches } from "../write/batches.ts";
import { DEFAULT_FILE_BYTES, FanOut } from "../write/fan-out.ts";
import { dayColumns } from "./days.ts";
import { DAY_LEVELS, datasetLayout, isPartitions } from "./layout.ts";
import type { DatasetResult, WriteDatasetOptions } from "./types.ts";

/**
 * Writes data as a folder of Parquet files, partitioned in Hive's way: `country=DE/part-….parquet`. Other tools read it
 * without any of ours.
 *
 * Every row is checked; where one does not fit, or anything else fails, the files written are removed. Files appear one
 * after the other: a reader that must see all or nothing needs a Delta table.
 *
 * @throws LakeError LAKE_TABLE_EXISTS where the folder has files, LAKE_INVALID_VALUE for a value no folder name can hold,
 * LAKE_INVALID_OPTION, the store's errors; CoreError CORE_INVALID_VALUE for a row.
 */
export async function writeDataset<T extends Table>(
  store: Store,
  table: T,
  data: RowsOrBatches<T>,
  options: WriteDatasetOptions = {},
): Promise<DatasetResult> {
  checkOptions("writeDataset", options, {
    ...jobChecks,
    partitionBy: isPartitions,
    encryption: isEncryption,
    codec: isOneOf("none", "snappy", "gzip", "zstd"),
    targetFileBytes: isPositiveInteger,
    ifExists: isOneOf("error", "append"),
  });
  const { partitionBy = [], codec, encryption, targetFileBytes = DEFAULT_FILE_BYTES } = options;
  const layout = datasetLayout(table, partitionBy);
  if (options.ifExists !== "append") await assertEmpty(store);
  const files = new FanOut(store, {
    table: layout.files,
    partitions: layout.partitions,
    parquet: { codec, encryption },
    targetFileBytes,
    nullPaths: [],
  });
  const indexes = layout.days.map((name) => table.fields.findIndex((field) => field.name === name));
  const written = await writeBatches(table, data, files, options, (batch) =>
    withDays(batch, indexes),
  );
  return {
    files: written.length,
    rows: written.reduce((sum, { summary }) => sum + summary.rows, 0),
    bytes: written.reduce((sum, { summary }) => sum + summary.bytes, 0),
  };
}

const dayFields = DAY_LEVELS.map((level) =>
  toArrowField(level, { type: { kind: "utf8" }, nullable: true }),
);

function withDays(batch: RecordBatch, indexes: readonly number[]): RecordBatch {
  if (indexes.length === 0) return batch;
  const { children } = batch.data;
  return batchOf(
    new Schema([...batch.schema.fields, ...indexes.flatMap(() => dayFields)]),
    batch.numRows,
    [...children, ...indexes.flatMap((k) => dayColumns(children[k]!))],
  );
}

async function assertEmpty(store: Store): Promise<void> {
  for await (const { path } of store.list("")) {
    throw new LakeError("LAKE_TABLE_EXISTS", `${store.location} has files already: ${path}.`, {
      hint: 'Write to an empty folder, or pass { ifExists: "append" }.',
      details: { location: store.location, path },
    });
  }
}
