import type { RowsOrBatches, Table } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { DatasetResult, WriteDatasetOptions } from "./types.ts";

/** Writes a folder of Parquet files. */
export async function writeDataset<T extends Table>(
  store: Store,
  _table: T,
  _data: RowsOrBatches<T>,
  _options: WriteDatasetOptions = {},
): Promise<DatasetResult> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `Not built yet: ${store.location}.`);
}
