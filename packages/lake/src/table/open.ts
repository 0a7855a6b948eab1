import { LakeError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { LakeTable, OpenTableOptions } from "./types.ts";

/** Opens a Delta table. */
export async function openTable(store: Store, _options: OpenTableOptions = {}): Promise<LakeTable> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `Not built yet: ${store.location}.`);
}
