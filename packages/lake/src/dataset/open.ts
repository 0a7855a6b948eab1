import type { Table } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { Dataset } from "./types.ts";

/** Opens a folder of Parquet files. */
export async function openDataset<T extends Table = Table>(
  store: Store,
  _table?: T,
): Promise<Dataset<T>> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `Not built yet: ${store.location}.`);
}
