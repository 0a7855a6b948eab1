import type { JobOptions } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { AsOf } from "../table/types.ts";
import type { RestorePlan } from "./types.ts";

/** Plans to bring back an earlier version. */
export function planRestore(
  table: DeltaTable,
  _to: AsOf,
  _options: JobOptions = {},
): Promise<RestorePlan> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `planRestore: not built yet, ${table.location}.`);
}
