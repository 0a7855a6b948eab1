import { showValue } from "@lakewright/core";
import { WarehouseError, type WarehouseErrorCode } from "./errors.ts";

/** Refuses an option nobody reads: a misspelt one would be silently without effect. */
export function assertKnown(
  subject: string,
  given: object,
  known: readonly string[],
  code: WarehouseErrorCode = "WAREHOUSE_INVALID_OPTION",
): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new WarehouseError(code, `${subject} has no option "${unknown}".`, {
    hint: `Its options are ${known.join(", ")}.`,
    details: { option: unknown },
  });
}

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION where the value is none of those. */
export function assertOneOf(subject: string, value: unknown, values: readonly unknown[]): void {
  if (values.includes(value)) return;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `${subject} is ${showValue(value)}, which is none of ${values.map(showValue).join(", ")}.`,
  );
}
