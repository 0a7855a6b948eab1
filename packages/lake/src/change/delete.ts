import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { Where } from "../where/expression.ts";
import type { ChangeOptions, ChangePlan } from "./types.ts";

/** Plans to remove the rows for which a condition is true. */
export function planDelete(
  table: DeltaTable,
  _where: Where,
  _options: ChangeOptions = {},
): Promise<ChangePlan> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `planDelete: not built yet, ${table.location}.`);
}
