import { LakewrightError } from "@lakewright/core";

/** Every code `@lakewright/warehouse` throws. */
export const warehouseErrorCodes = [
  "WAREHOUSE_INVALID_DEFINITION",
  "WAREHOUSE_INVALID_OPTION",
  "WAREHOUSE_SCHEMA_MISMATCH",
  "WAREHOUSE_UNKNOWN_TABLE",
  "WAREHOUSE_OUT_OF_ORDER",
  "WAREHOUSE_MASS_CLOSE",
  "WAREHOUSE_ROWS_REJECTED",
  "WAREHOUSE_MEMBER_IN_USE",
  "WAREHOUSE_UNSUPPORTED",
  "WAREHOUSE_MODEL_CYCLE",
  "WAREHOUSE_MODEL_MISMATCH",
  "WAREHOUSE_MODEL_TEST",
  "WAREHOUSE_CURSOR",
  "WAREHOUSE_DUPLICATE_KEY",
  "WAREHOUSE_EXTRACT_SHRUNK",
  "WAREHOUSE_SCHEMA_DRIFT",
] as const;

export type WarehouseErrorCode = (typeof warehouseErrorCodes)[number];

/** What `@lakewright/warehouse` throws. What the engine refuses comes through as the engine's SqlError. */
export class WarehouseError extends LakewrightError<WarehouseErrorCode> {
  override readonly name = "WarehouseError";
}

/** Whether another session came between: it was first with a row, or changed one that was read. */
export function isContention(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === "SQL_CONSTRAINT" || code === "SQL_CONFLICT";
}
