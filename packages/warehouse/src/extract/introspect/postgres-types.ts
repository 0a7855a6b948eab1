import {
  binary,
  bool,
  type Column,
  date,
  decimal,
  float32,
  float64,
  int16,
  int32,
  int64,
  list,
  naiveTimestamp,
  nullable,
  timestamp,
  uint32,
  utf8,
} from "@lakewright/core";

/** A row of pg_type, the base of a domain in its place. */
export interface PostgresType {
  readonly name: string;
  /** pg_type.typtype: b, c, d, e, r … */
  readonly kind: string;
  /** pg_type.typcategory: A, S, E … */
  readonly category: string;
  /** The modifier of the column: digits of a numeric. */
  readonly modifier: number;
  /** The items of an array. */
  readonly item?: Omit<PostgresType, "modifier" | "item"> | undefined;
}

const TYPES: Readonly<Record<string, () => Column>> = {
  bool,
  bytea: binary,
  int2: int16,
  int4: int32,
  int8: int64,
  oid: uint32,
  float4: float32,
  float8: float64,
  date,
  timestamp: () => naiveTimestamp(),
  timestamptz: () => timestamp(),
  char: utf8,
  uuid: utf8,
  json: utf8,
  jsonb: utf8,
  xml: utf8,
};

/** The column that holds a type exactly, or why none does. */
export function postgresType(type: PostgresType): Column | string {
  if (type.item && type.category === "A" && type.name.startsWith("_")) {
    const item = postgresType({ ...type.item, modifier: type.modifier });
    return typeof item === "string" ? `its items: ${item}` : list(nullable(item));
  }
  if (type.name === "numeric") return numericType(type.modifier);
  const known = Object.hasOwn(TYPES, type.name) ? TYPES[type.name] : undefined;
  if (known) return known();
  if (type.kind === "e" || (type.category === "S" && type.kind === "b")) return utf8();
  return "no table column has this type";
}

/** The digits of a numeric: https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c, make_numeric_typmod */
function numericType(modifier: number): Column | string {
  if (modifier < 4) return "its values may have any number of digits";
  const precision = ((modifier - 4) >> 16) & 0xffff;
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  if (precision > 38) return "it has more than 38 digits";
  if (scale < 0 || scale > precision) return "its scale is not within its digits";
  return decimal(precision, scale);
}
