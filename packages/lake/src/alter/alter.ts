import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { AlterOptions, AlterTable } from "./types.ts";

/** Changes columns, rules and properties in one commit. */
export function alterTable(
  table: DeltaTable,
  _change: AlterTable,
  _options: AlterOptions = {},
): Promise<{ readonly version: bigint }> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `alterTable: not built yet, ${table.location}.`);
}
