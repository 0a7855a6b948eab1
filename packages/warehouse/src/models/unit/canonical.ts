import { type Column, type Field, nullable, stringifyJson } from "@lakewright/core";
import { tableFromFields, toBatch, toRows } from "@lakewright/core";
import { microsOfValue } from "../../instant.ts";
import type { GivenRow } from "./unit-test.ts";

/** Significant digits doubles are compared at: engines add them up in orders of their own. */
const DIGITS = 12;

/** Expected rows as rows read from a table of the columns are: decimals with their scale, int64 a bigint. */
export function expectedRows(
  name: string,
  fields: readonly Field[],
  rows: readonly GivenRow[],
): GivenRow[] {
  if (rows.length === 0) return [];
  const table = tableFromFields(
    name,
    fields.map(({ name: column, column: definition }) => ({
      name: column,
      column: nullable(definition),
    })),
  );
  return toRows(toBatch(table, rows));
}

/** Equal for rows that are equal, whichever engine gave them. */
export function rowText(fields: readonly Field[], row: GivenRow): string {
  const cells = fields.map(({ name, column }) => `${name}: ${cellText(column, row[name])}`);
  return `{ ${cells.join(", ")} }`;
}

function cellText({ type }: Column, value: unknown): string {
  if (value === null || value === undefined) return "null";
  switch (type.kind) {
    case "float32":
    case "float64":
      return String(Number(Number(value).toPrecision(DIGITS)));
    case "bool":
      return String(typeof value === "boolean" ? value : Number(value) !== 0);
    case "timestamp":
      return `${microsOfValue(value) ?? 0n} µs`;
    case "utf8":
    case "oneOf":
      return JSON.stringify(value);
    case "list":
    case "struct":
    case "map":
    case "binary":
      return stringifyJson(value instanceof Uint8Array ? [...value] : value);
    default:
      return String(value);
  }
}
