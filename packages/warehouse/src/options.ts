import { showValue } from "@lakewright/core";
import { WarehouseError, type WarehouseErrorCode } from "./errors.ts";

/** An option that cannot be: what, and what to give instead. */
export function invalid(message: string, hint?: string): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_OPTION", message, { hint });
}

/** Refuses an option nobody reads: a misspelt one would be silently without effect. */
export function assertKnown(
  subject: string,
  given: object,
  known: readonly string[],
  code: WarehouseErrorCode = "WAREHOUSE_INVALID_OPTION",
): void {
  if (typeof given !== "object" || (given as object | null) === null) {
    throw new WarehouseError(
      code,
      `${subject} has the options ${showValue(given)}, which is no object.`,
      {
        hint: `Its options are { ${known.join(", ")} }.`,
      },
    );
  }
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
  throw invalid(
    `${subject} is ${showValue(value)}, which is none of ${values.map(showValue).join(", ")}.`,
    `Give ${values.map(showValue).join(" or ")}.`,
  );
}
