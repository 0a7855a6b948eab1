import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { OptimizeOptions, OptimizePlan } from "./types.ts";

/** Plans which files to put together. */
export function planOptimize(
  table: DeltaTable,
  _options: OptimizeOptions = {},
): Promise<OptimizePlan> {
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `planOptimize: not built yet, ${table.location}.`,
  );
}
