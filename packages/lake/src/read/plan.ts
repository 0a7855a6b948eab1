import { columnOf, selectColumns, type Table } from "@lakewright/core";
import type { StoredColumn } from "../delta/schema/columns.ts";
import type { MappingMode } from "../delta/schema/protocol.ts";
import {
  checkOptions,
  invalidOption,
  isBoolean,
  isCondition,
  isMoment,
  isNames,
  isPositiveInteger,
  jobChecks,
} from "../options.ts";
import type { ScanOptions } from "../table/types.ts";
import { bindWhere, columnsOfWhere } from "../where/bind.ts";
import type { ReadPlan } from "./data-file.ts";

const DEFAULT_BATCH_ROWS = 65_536;

/**
 * Checks what a scan asks for against the columns there are.
 *
 * @throws LakeError LAKE_INVALID_OPTION; CoreError CORE_SCHEMA_MISMATCH for a column the table does not have.
 */
export function planRead(
  table: Table,
  columns: readonly StoredColumn[],
  mode: MappingMode,
  options: ScanOptions,
): ReadPlan {
  checkOptions("scan", options, {
    columns: isNames,
    where: isCondition,
    asOf: isMoment,
    batchRows: isPositiveInteger,
    dictionaries: isBoolean,
    signal: jobChecks.signal,
  });
  const { where, batchRows = DEFAULT_BATCH_ROWS, dictionaries, signal } = options;
  const names = options.columns ?? table.fields.map((field) => field.name);
  if (names.length === 0) {
    throw invalidOption("scan: columns is an empty list.", "Leave it out for all columns.");
  }
  for (const name of names) columnOf(table, name);
  const tested = new Set(where ? columnsOfWhere(table, where) : []);
  const needed = new Set([...names, ...tested]);
  return {
    table: selectColumns(table, names),
    where: where && bindWhere(table, where),
    tested,
    columns: columns.filter((stored) => needed.has(stored.name)),
    mode,
    batchRows,
    dictionaries,
    signal,
  };
}
