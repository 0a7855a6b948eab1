import { batchBuilder, stringifyJson } from "@lakewright/core";
import { parquetWriter } from "../parquet/writer.ts";
import { concatBytes } from "../store/bytes.ts";
import type { Store } from "../store/store.ts";
import type { AddFile, PartitionValues, RemoveFile } from "./actions.ts";
import { checkpointTable } from "./checkpoint-table.ts";
import type { StoredColumn } from "./columns.ts";
import { layoutOf } from "./layout.ts";
import type { TableState } from "./load.ts";
import { checkpointPath, LAST_CHECKPOINT } from "./log-files.ts";
import { intervalProperty } from "./properties.ts";
import { parsedStatsText } from "./stats-parsed.ts";

const ROWS_AT_ONCE = 8192;
const TOMBSTONE_MS = 7 * 86_400_000;

type Row = Readonly<Record<string, unknown>>;

/**
 * Writes the state of a version as one Parquet file, then `_last_checkpoint`, so that readers need not replay the log from
 * its beginning. Tombstones older than `delta.deletedFileRetentionDuration` are left out.
 */
export async function writeCheckpoint(store: Store, state: TableState, now: number): Promise<void> {
  const { version } = state;
  const writer = parquetWriter(checkpointTable);
  const builder = batchBuilder(checkpointTable);
  const chunks: Uint8Array[] = [];
  let rows: Row[] = [];
  let size = 0;
  const flush = (): void => {
    chunks.push(...writer.write(builder.build(rows)));
    size += rows.length;
    rows = [];
  };
  const files = state.files.size;
  for (const row of checkpointRows(state, now)) {
    rows.push(row);
    if (rows.length === ROWS_AT_ONCE) flush();
  }
  flush();
  chunks.push(...writer.finish().chunks);
  const bytes = concatBytes(chunks);
  await store.put(checkpointPath(version), bytes);
  await store.put(
    LAST_CHECKPOINT,
    new TextEncoder().encode(
      stringifyJson({ version, size, sizeInBytes: bytes.length, numOfAddFiles: files }),
    ),
  );
}

function* checkpointRows(state: TableState, now: number): Generator<Row> {
  const { protocol, metadata } = state;
  yield { protocol };
  yield {
    metaData: {
      ...metadata,
      format: { ...metadata.format, options: Object.entries(metadata.format.options) },
      configuration: Object.entries(metadata.configuration),
    },
  };
  for (const txn of state.transactions.values()) yield { txn };
  for (const domainMetadata of state.domains.values()) yield { domainMetadata };
  const { columns } = layoutOf(protocol, metadata, "");
  for (const add of state.files.values()) yield { add: addRow(add, columns) };
  const retention =
    intervalProperty(metadata.configuration, "delta.deletedFileRetentionDuration") ?? TOMBSTONE_MS;
  for (const remove of state.tombstones.values()) {
    if ((remove.deletionTimestamp ?? 0) > now - retention) yield { remove: removeRow(remove) };
  }
}

function addRow(
  { parsedStats, tags, partitionValues, stats, ...add }: AddFile,
  columns: readonly StoredColumn[],
): Row {
  return {
    ...add,
    dataChange: false,
    partitionValues: Object.entries(partitionValues),
    tags: pairs(tags),
    // Statistics another writer kept only as a struct become text again.
    stats: stats ?? (parsedStats && parsedStatsText(parsedStats, columns)),
  };
}

function removeRow({ tags: _, partitionValues, ...remove }: RemoveFile): Row {
  return { ...remove, dataChange: false, partitionValues: pairs(partitionValues) };
}

function pairs(values: PartitionValues | undefined): readonly unknown[] | null {
  return values ? Object.entries(values) : null;
}
