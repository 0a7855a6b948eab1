import {
  type Column,
  describeType,
  integerRange,
  type LogicalType,
  type Table,
} from "@lakewright/core";
import { SqlError } from "../../errors.ts";

/**
 * Refuses a load into columns that would change values silently: fewer digits after the point, microseconds cut to
 * milliseconds, an integer as a float. A column that is too narrow in any other way fails loudly while loading.
 *
 * @throws SqlError SQL_LOAD_FAILED naming the column and both types.
 */
export function assertStorable(path: readonly string[], table: Table, target: Table): void {
  for (const [k, { name, column }] of table.fields.entries()) {
    const stored = target.fields[k]!.column;
    if (isStorable(column, stored)) continue;
    throw new SqlError(
      "SQL_LOAD_FAILED",
      `Column "${name}" of table "${path.join(".")}" is ${describeType(stored.type)}, and the data is ` +
        `${describeType(column.type)}: values would be changed or refused.`,
      {
        hint: hintOf(column.type, stored.type),
        details: { table: path.join("."), column: name },
      },
    );
  }
}

function hintOf(given: LogicalType, stored: LogicalType): string {
  if (given.kind !== "timestamp" || stored.kind !== "timestamp" || given.utc === stored.utc) {
    return "Give the table the column's type (createTable), or convert the data before loading it.";
  }
  const { unit } = stored;
  return stored.utc
    ? `The column has instants: define it as timestamp("${unit}") and load instants, or let the column be one without a time zone.`
    : `The column has readings of a clock, without a time zone: define it as naiveTimestamp("${unit}") and load texts without a zone, or let the column be one with a time zone (timestamptz).`;
}

/** Whether every value of one type is kept exactly, or refused loudly, by a column of the other. */
function isStorable(from: Column, to: Column): boolean {
  const a = from.type;
  const b = to.type;
  switch (a.kind) {
    case "utf8":
    case "oneOf":
      return b.kind === "utf8" || b.kind === "oneOf";
    case "float32":
      return b.kind === "float32" || b.kind === "float64";
    case "float64":
    case "binary":
    case "bool":
    case "date":
      return b.kind === a.kind;
    case "decimal":
      return b.kind === "decimal" && b.scale >= a.scale;
    case "timestamp":
      return b.kind === "timestamp" && b.utc === a.utc && (b.unit === "us" || a.unit === "ms");
    case "list":
      return b.kind === "list" && isStorable(a.item, b.item);
    case "map":
      return b.kind === "map" && isStorable(a.key, b.key) && isStorable(a.value, b.value);
    case "struct": {
      if (b.kind !== "struct") return false;
      const left = Object.entries(a.fields);
      const right = Object.entries(b.fields);
      return (
        left.length === right.length &&
        left.every(([name, field], k) => right[k]![0] === name && isStorable(field, right[k]![1]))
      );
    }
    default:
      return isIntegerStorable(a, b);
  }
}

function isIntegerStorable(a: LogicalType, b: LogicalType): boolean {
  if (b.kind === "decimal" || b.kind in integerRange || b.kind === "int64" || b.kind === "uint64") {
    return true;
  }
  const exactIn = { float64: 32, float32: 16 } as const;
  if (b.kind !== "float64" && b.kind !== "float32") return false;
  return Number(/\d+$/.exec(a.kind)?.[0]) <= exactIn[b.kind];
}
