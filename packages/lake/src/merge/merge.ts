import type { Table } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import type { MergeSource } from "../table/types.ts";
import type { MergeOptions, MergePlan } from "./types.ts";

/** Plans to update, delete and insert by a source of rows. */
export function planMerge(
  table: DeltaTable,
  _source: MergeSource<Table>,
  _options: MergeOptions,
): Promise<MergePlan> {
  throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `planMerge: not built yet, ${table.location}.`);
}
