import { WarehouseError } from "../errors.ts";

/** An option that cannot be: what, and what to give instead. */
export function invalid(message: string, hint?: string): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_OPTION", message, { hint });
}
