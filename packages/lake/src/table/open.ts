import { checkOptions, checkStore, isEncryption, isFunction, isMoment } from "../options.ts";
import { systemClock } from "../store/clock.ts";
import { withKeys } from "../store/keyed-store.ts";
import type { Store } from "../store/store.ts";
import { DeltaTable } from "./delta-table.ts";
import type { LakeTable, OpenTableOptions } from "./types.ts";

/**
 * Opens a Delta table of any writer. Its rows are records of unknown values: `createTable(store, definition, { ifExists: "open" })`
 * opens a table with the types of its definition.
 *
 * @throws LakeError LAKE_TABLE_NOT_FOUND, LAKE_VERSION_NOT_FOUND, LAKE_CORRUPT_LOG; LAKE_UNSUPPORTED_FEATURE, before any data
 * is read, naming the features of the table that this package does not know.
 */
export async function openTable(store: Store, options: OpenTableOptions = {}): Promise<LakeTable> {
  checkStore("openTable", store);
  checkOptions("openTable", options, {
    asOf: isMoment,
    clock: isFunction,
    encryption: isEncryption,
  });
  const keyed = withKeys(store, options.encryption);
  return DeltaTable.open(keyed, options.clock ?? systemClock, options.asOf);
}
