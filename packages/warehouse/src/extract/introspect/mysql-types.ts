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
  timestamp,
  uint8,
  uint16,
  uint32,
  uint64,
  utf8,
} from "@lakewright/core";

const SIGNED: Readonly<Record<string, () => Column>> = {
  tinyint: int8,
  smallint: int16,
  mediumint: int32,
  int: int32,
  bigint: int64,
  year: uint16,
  float: float32,
  double: float64,
  date,
  // The sessions of the adapter are in UTC, and take a DATETIME for an instant.
  datetime: () => timestamp(),
  timestamp: () => timestamp(),
  json: utf8,
  enum: utf8,
  set: utf8,
  uuid: utf8,
  inet4: utf8,
  inet6: utf8,
};

const UNSIGNED: Readonly<Record<string, () => Column>> = {
  tinyint: uint8,
  smallint: uint16,
  int: uint32,
  bigint: uint64,
};

/** The column that holds a type exactly, or why none does. The text is COLUMN_TYPE: `decimal(12,2) unsigned`. */
export function mysqlType(text: string): Column | string {
  const [, name = "", inside = "", rest = ""] = /^(\w+)(?:\((.*)\))?(.*)$/s.exec(text) ?? [];
  if (name === "tinyint" && inside === "1") return bool();
  if (name === "bit") return inside === "1" || inside === "" ? bool() : uint64();
  if (name === "decimal") {
    const [precision = 10, scale = 0] = inside.split(",").map(Number);
    return precision > 38 ? "it has more than 38 digits" : decimal(precision, scale);
  }
  if (/(?:char|text)$/.test(name)) return utf8();
  if (/(?:binary|blob)$/.test(name)) return binary();
  const isUnsigned = rest.includes("unsigned");
  const known = (isUnsigned && lookUp(UNSIGNED, name)) || lookUp(SIGNED, name);
  return known ? known() : "no table column has this type";
}

function lookUp(
  types: Readonly<Record<string, () => Column>>,
  name: string,
): (() => Column) | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}
