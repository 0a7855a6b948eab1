import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { VacuumOptions, VacuumPlan } from "./types.ts";

/** Plans which files to remove. */
export function planVacuum(table: DeltaTable, _options: VacuumOptions = {}): Promise<VacuumPlan> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `planVacuum: not built yet, ${table.location}.`);
}
