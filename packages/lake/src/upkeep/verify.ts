import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { VerifyOptions, VerifyResult } from "./types.ts";

/** Looks for what is missing or contradicts itself. */
export function verifyTable(
  table: DeltaTable,
  _options: VerifyOptions = {},
): Promise<VerifyResult> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `verifyTable: not built yet, ${table.location}.`);
}
