import {
  batchOf,
  conformBatch,
  ipcBatches,
  selectColumns,
  selectRows,
  toArrowSchema,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../../errors.ts";
import { within } from "../../read/positions.ts";
import { openParquet, type OpenParquetOptions } from "../reader.ts";
import type { ParquetFile, ParquetReadOptions, RandomAccess } from "../types.ts";
import type { ParquetWasmModule } from "./codec.ts";

const DEFAULT_BATCH_ROWS = 65_536;

/** Opens a file whose footer is read here and whose pages are decoded by arrow-rs. */
export async function openWithWasm(
  wasm: ParquetWasmModule,
  access: RandomAccess,
  options: OpenParquetOptions,
): Promise<ParquetFile> {
  const file = await openParquet(access, options);
  const name = options.name ?? "the Parquet file";
  async function* read(wanted: ParquetReadOptions = {}): AsyncGenerator<RecordBatch> {
    const { batchRows = DEFAULT_BATCH_ROWS, signal } = wanted;
    const columns = wanted.columns ?? file.table.fields.map((field) => field.name);
    const table = selectColumns(file.table, columns);
    signal?.throwIfAborted();
    const bytes = await access.read(0, access.size);
    for (const index of wanted.rowGroups ?? file.rowGroups.keys()) {
      signal?.throwIfAborted();
      const { rows = 0, firstRow = 0 } = file.rowGroups[index] ?? {};
      const some = wanted.rows && within(wanted.rows, firstRow, firstRow + rows);
      if (some?.length === 0) continue;
      if (columns.length === 0) {
        yield* withoutColumns(some?.length ?? rows, batchRows);
        continue;
      }
      let at = firstRow;
      // A group at a time: several would come in the order of the file.
      const selection = { columns: [...columns], rowGroups: [index], batchSize: batchRows };
      const ipc = decoded(name, () => wasm.readParquet(bytes, selection).intoIPCStream());
      for (const batch of ipcBatches(ipc)) {
        const own = some && within(some, at, at + batch.numRows);
        const picked = own && Int32Array.from(own, (row) => row - at);
        at += batch.numRows;
        if ((picked?.length ?? batch.numRows) === 0) continue;
        const conformed = conformBatch(table, batch);
        yield picked ? selectRows(conformed, picked) : conformed;
      }
    }
  }
  const { table, rows, rowGroups, metadata, fieldIds } = file;
  const bloomFilter: ParquetFile["bloomFilter"] = (group, column) =>
    file.bloomFilter(group, column);
  const hasBloomFilter = (column: string): boolean => file.hasBloomFilter(column);
  return { table, rows, rowGroups, metadata, fieldIds, hasBloomFilter, bloomFilter, read };
}

function* withoutColumns(rows: number, batchRows: number): Generator<RecordBatch> {
  const schema = toArrowSchema({ name: "rows", columns: {}, fields: [] });
  for (let from = 0; from < rows; from += batchRows) {
    yield batchOf(schema, Math.min(batchRows, rows - from), []);
  }
}

function decoded(name: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (cause) {
    throw new LakeError(
      "LAKE_CORRUPT_PARQUET",
      `parquet-wasm cannot read ${name}: ${textOf(cause)}`,
      {
        hint: "openParquet of @lakewright/lake/parquet names the page, column and row group.",
        cause,
      },
    );
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
