import { showValue } from "@lakewright/core";
import { WarehouseError, type WarehouseErrorCode } from "./errors.ts";

/** An option that cannot be: what, and what to give instead. */
export function invalid(message: string, hint?: string): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_OPTION", message, { hint });
}

/** Whether it is an object, which a list is, too. */
export function isObject(given: unknown): given is object {
  return typeof given === "object" && given !== null;
}

/** Whether it is an object, and no list. */
export function isRecord(given: unknown): given is object {
  return isObject(given) && !Array.isArray(given);
}

/** What to do about what was given: to await it, where it is a promise. */
export function hintFor(given: unknown, hint: string): string {
  return given instanceof Promise ? "It is a promise: await it first." : hint;
}

/** Refuses an option nobody reads: a misspelt one would be silently without effect. */
export function assertKnown(
  subject: string,
  given: object,
  known: readonly string[],
  code: WarehouseErrorCode = "WAREHOUSE_INVALID_OPTION",
): void {
  if (!isObject(given)) {
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
