import type { Table } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { CreateTableOptions, LakeTable } from "./types.ts";

/** Creates a Delta table: its first commit, with no rows. */
export async function createTable<T extends Table>(
  store: Store,
  _table: T,
  _options: CreateTableOptions = {},
): Promise<LakeTable<T>> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `Not built yet: ${store.location}.`);
}
