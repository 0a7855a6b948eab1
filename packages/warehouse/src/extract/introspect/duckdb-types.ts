import {
  binary,
  bool,
  type Column,
  date,
  decimal,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  struct,
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";

const TYPES: Readonly<Record<string, () => Column>> = {
  BOOLEAN: bool,
  TINYINT: int8,
  SMALLINT: int16,
  INTEGER: int32,
  BIGINT: int64,
  UTINYINT: uint8,
  USMALLINT: uint16,
  UINTEGER: uint32,
  UBIGINT: uint64,
  FLOAT: float32,
  DOUBLE: float64,
  VARCHAR: utf8,
  JSON: utf8,
  UUID: utf8,
  BLOB: binary,
  DATE: date,
  TIMESTAMP: () => naiveTimestamp(),
  TIMESTAMP_MS: () => naiveTimestamp("ms"),
  TIMESTAMP_S: () => naiveTimestamp("ms"),
  "TIMESTAMP WITH TIME ZONE": () => timestamp(),
};

/** The column that holds a type exactly, or why none does. The text is that of `duckdb_columns()`. */
export function duckdbType(text: string): Column | string {
  const array = /^(.*)\[\d*\]$/s.exec(text);
  if (array) {
    const item = duckdbType(array[1]!);
    return typeof item === "string" ? `its items: ${item}` : list(nullable(item));
  }
  const call = /^([A-Z_]+)\((.*)\)$/s.exec(text);
  if (call) return typeOfCall(call[1]!, call[2]!);
  const known = Object.hasOwn(TYPES, text) ? TYPES[text] : undefined;
  if (known) return known();
  return text === "HUGEINT" ? "it may have more than 38 digits" : "no table column has this type";
}

function typeOfCall(name: string, inside: string): Column | string {
  const parts = split(inside);
  switch (name) {
    case "DECIMAL":
      return decimal(Number(parts[0]), Number(parts[1]));
    case "ENUM":
      return utf8();
    case "MAP": {
      const [key, value] = parts.map(duckdbType);
      if (typeof key === "string") return `its keys: ${key}`;
      if (typeof value === "string") return `its values: ${value}`;
      return map(key!, nullable(value!));
    }
    case "STRUCT": {
      const fields: Record<string, Column> = {};
      for (const part of parts) {
        const [, quoted, plain, type] = /^(?:"((?:[^"]|"")*)"|(\w+)) (.*)$/s.exec(part) ?? [];
        const field = quoted?.replaceAll('""', '"') ?? plain;
        if (field === undefined) return "its fields have no names";
        const column = duckdbType(type!);
        if (typeof column === "string") return `its field ${field}: ${column}`;
        fields[field] = nullable(column);
      }
      return struct(fields);
    }
    default:
      return "no table column has this type";
  }
}

/** The parts between the commas that are in no bracket and no quote. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const c of text) {
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    if (c === "," && depth === 0 && quote === "") {
      parts.push(part.trim());
      part = "";
    } else part += c;
  }
  return [...parts, part.trim()];
}
