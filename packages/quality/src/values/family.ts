import type { Column, LogicalType } from "@lakewright/core";

/** Types whose values are compared with one another. */
export type Family =
  "exact" | "float" | "text" | "date" | "instant" | "wall clock" | "bool" | "binary" | "nested";

/** Families held as an integer number of a unit: cents, days, microseconds. */
export type UnitFamily = "exact" | "date" | "instant" | "wall clock";

export function familyOf(type: LogicalType): Family {
  switch (type.kind) {
    case "utf8":
    case "oneOf":
      return "text";
    case "float32":
    case "float64":
      return "float";
    case "timestamp":
      return type.utc ? "instant" : "wall clock";
    case "date":
    case "bool":
    case "binary":
      return type.kind;
    case "list":
    case "struct":
    case "map":
      return "nested";
    default:
      return "exact";
  }
}

/** Whether values of the type are an integer number of a unit. */
export function hasUnits(type: LogicalType): boolean {
  const family = familyOf(type);
  return family === "exact" || family === "date" || family === "instant" || family === "wall clock";
}

/** The column as checked data may have it: a null where the table takes none, any text where it lists a few. */
export function relaxedColumn(column: Column): Column {
  return {
    type: column.type.kind === "oneOf" ? { kind: "utf8" } : column.type,
    nullable: true,
  };
}
