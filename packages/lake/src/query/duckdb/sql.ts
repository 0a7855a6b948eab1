import { formatMicros, type LogicalType } from "@lakewright/core";

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB's name of a type. */
export function duckdbType(type: LogicalType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "timestamp":
      return type.utc ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
    case "list":
      return `${duckdbType(type.item.type)}[]`;
    case "map":
      return `MAP(${duckdbType(type.key.type)}, ${duckdbType(type.value.type)})`;
    case "struct":
      return structType(
        Object.entries(type.fields).map(([name, field]) => [name, duckdbType(field.type)]),
      );
    default:
      return FLAT[type.kind];
  }
}

export function structType(fields: readonly (readonly [name: string, type: string])[]): string {
  return `STRUCT(${fields.map(([name, type]) => `${quoteName(name)} ${type}`).join(", ")})`;
}

type FlatKind = Exclude<LogicalType["kind"], "decimal" | "timestamp" | "list" | "map" | "struct">;

const FLAT: Readonly<Record<FlatKind, string>> = {
  bool: "BOOLEAN",
  int8: "TINYINT",
  int16: "SMALLINT",
  int32: "INTEGER",
  int64: "BIGINT",
  uint8: "UTINYINT",
  uint16: "USMALLINT",
  uint32: "UINTEGER",
  uint64: "UBIGINT",
  float32: "FLOAT",
  float64: "DOUBLE",
  utf8: "VARCHAR",
  oneOf: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
};

/** A value of a row as a literal of its type. */
export function literal(type: LogicalType, value: unknown): string {
  const name = duckdbType(type);
  if (value === null || value === undefined) return `CAST(NULL AS ${name})`;
  return `CAST(${quoteText(literalText(type, value))} AS ${name})`;
}

function literalText(type: LogicalType, value: unknown): string {
  if (value instanceof Uint8Array) {
    return Array.from(value, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  }
  if (Object.is(value, -0)) return "-0.0";
  if (type.kind !== "timestamp") return String(value);
  const micros = value instanceof Date ? BigInt(value.getTime()) * 1000n : value;
  const text = typeof micros === "bigint" ? formatMicros(micros) : String(micros);
  return type.utc ? `${text}+00:00` : text;
}
