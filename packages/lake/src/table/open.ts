import { checkOptions, isFunction, isObject } from "../options.ts";
import { systemClock } from "../store/clock.ts";
import { withKeys } from "../store/keyed-store.ts";
import type { Store } from "../store/store.ts";
import { DeltaTable } from "./delta-table.ts";
import type { LakeTable, OpenTableOptions } from "./types.ts";

/**
 * Opens a Delta table of any writer.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND, LAKE_VERSION_NOT_FOUND, LAKE_CORRUPT_LOG; LAKE_UNSUPPORTED_FEATURE, before any data
 * is read, naming the features of the table that this package does not know.
 */
export async function openTable(store: Store, options: OpenTableOptions = {}): Promise<LakeTable> {
  checkOptions("openTable", options, { asOf: isObject, clock: isFunction, encryption: isObject });
  const keyed = withKeys(store, options.encryption);
  return DeltaTable.open(keyed, options.clock ?? systemClock, options.asOf);
}
