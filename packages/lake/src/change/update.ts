import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { ChangePlan, UpdateOptions } from "./types.ts";

/** Plans to give columns new values. */
export function planUpdate(table: DeltaTable, _options: UpdateOptions): Promise<ChangePlan> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `planUpdate: not built yet, ${table.location}.`);
}
