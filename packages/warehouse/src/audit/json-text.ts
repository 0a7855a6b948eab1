import { stringifyJson } from "@lakewright/core";
import { WarehouseError } from "../errors.ts";

/** A value as JSON. @throws WarehouseError WAREHOUSE_INVALID_OPTION where it has none: circles, functions, symbols. */
export function jsonText(name: string, value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = stringifyJson(value) as string | undefined;
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `The ${name} of an audit record cannot be written as JSON.`,
    {
      hint: "Give plain data without circles, not too deep: null, booleans, numbers, texts, arrays, objects.",
      cause,
    },
  );
}
