import { describeType, type LogicalType } from "@lakewright/core";
import { storageType } from "../delta/schema/schema.ts";
import { invalidExpression } from "./errors.ts";

/** A type expressions have: those of Delta's columns, and that of a bare NULL. */
export type SqlType = LogicalType | { readonly kind: "null" };

export type DecimalType = Extract<LogicalType, { readonly kind: "decimal" }>;

export const NULL: SqlType = { kind: "null" };
export const BOOL: LogicalType = { kind: "bool" };
export const INT: LogicalType = { kind: "int32" };
export const LONG: LogicalType = { kind: "int64" };
export const DOUBLE: LogicalType = { kind: "float64" };
export const TEXT: LogicalType = { kind: "utf8" };
export const BINARY: LogicalType = { kind: "binary" };
export const DATE: LogicalType = { kind: "date" };
export const TIMESTAMP: LogicalType = { kind: "timestamp", unit: "us", utc: true };
export const NAIVE_TIMESTAMP: LogicalType = { kind: "timestamp", unit: "us", utc: false };

const MOST_DIGITS = 38;

/** The type in which the values of a column take part in expressions: as it is stored. */
export function typeOfColumn(type: LogicalType): SqlType {
  return storageType(type);
}

const NAMES: Readonly<Record<string, LogicalType>> = {
  boolean: BOOL,
  byte: { kind: "int8" },
  tinyint: { kind: "int8" },
  short: { kind: "int16" },
  smallint: { kind: "int16" },
  int: INT,
  integer: INT,
  bigint: LONG,
  long: LONG,
  float: { kind: "float32" },
  real: { kind: "float32" },
  double: DOUBLE,
  string: TEXT,
  binary: BINARY,
  date: DATE,
  timestamp: TIMESTAMP,
  timestamp_ltz: TIMESTAMP,
  timestamp_ntz: NAIVE_TIMESTAMP,
};

const sqlTypeNames: readonly string[] = [
  ...Object.keys(NAMES),
  "decimal(p, s)",
  "varchar(n)",
  "char(n)",
];

/** The type of a SQL name such as "decimal(12,2)"; undefined where there is none. */
function sqlType(name: string): LogicalType | undefined {
  const text = name.trim().toLowerCase();
  if (Object.hasOwn(NAMES, text)) return NAMES[text];
  const decimal = /^(?:decimal|dec|numeric)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(text);
  if (decimal) {
    const precision = Number(decimal[1] ?? 10);
    const scale = Number(decimal[2] ?? 0);
    return precision >= 1 && precision <= MOST_DIGITS && scale <= precision
      ? { kind: "decimal", precision, scale }
      : undefined;
  }
  return /^(?:var)?char\(\s*\d+\s*\)$/.test(text) ? TEXT : undefined;
}

/** The name of a type, for messages. */
export function showType(type: SqlType): string {
  switch (type.kind) {
    case "null":
      return "null";
    case "timestamp":
      return type.utc ? "timestamp" : "timestamp_ntz";
    default:
      return describeType(type);
  }
}

const INTEGERS = ["int8", "int16", "int32", "int64"];

export function isInteger(type: SqlType): boolean {
  return INTEGERS.includes(type.kind);
}

export function isFloat(type: SqlType): boolean {
  return type.kind === "float32" || type.kind === "float64";
}

export function isNumeric(type: SqlType): boolean {
  return isInteger(type) || isFloat(type) || type.kind === "decimal";
}

export function isNested(type: SqlType): boolean {
  return type.kind === "list" || type.kind === "struct" || type.kind === "map";
}

/** The decimal that holds every value of an integer type. Source: DecimalType.forType of Spark. */
export function decimalOf(type: SqlType): DecimalType {
  switch (type.kind) {
    case "decimal":
      return type;
    case "int8":
      return { kind: "decimal", precision: 3, scale: 0 };
    case "int16":
      return { kind: "decimal", precision: 5, scale: 0 };
    case "int32":
      return { kind: "decimal", precision: 10, scale: 0 };
    default:
      return { kind: "decimal", precision: 20, scale: 0 };
  }
}

/** Precision and scale that 38 digits hold, at the cost of digits after the point. Source: DecimalType.adjustPrecisionScale of Spark. */
export function boundedDecimal(precision: number, scale: number): DecimalType {
  if (precision <= MOST_DIGITS) return { kind: "decimal", precision, scale };
  const whole = precision - scale;
  return {
    kind: "decimal",
    precision: MOST_DIGITS,
    scale: Math.max(MOST_DIGITS - whole, Math.min(scale, 6)),
  };
}

/** The type of a sum, product, quotient or rest of decimals. Source: DecimalPrecision of Spark. */
export function decimalResult(sign: string, a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale);
  switch (sign) {
    case "*":
      return boundedDecimal(a.precision + b.precision + 1, a.scale + b.scale);
    case "/": {
      const digits = Math.max(6, a.scale + b.precision + 1);
      return boundedDecimal(a.precision - a.scale + b.scale + digits, digits);
    }
    case "%":
      return boundedDecimal(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
    default:
      return boundedDecimal(
        Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1,
        scale,
      );
  }
}

/** The type two types have in common, without loss of whole digits; undefined where there is none. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === "null") return b;
  if (b.kind === "null") return a;
  if (isNumeric(a) && isNumeric(b)) {
    if (isFloat(a) || isFloat(b)) {
      return a.kind === "float32" && b.kind === "float32" ? a : DOUBLE;
    }
    if (isInteger(a) && isInteger(b)) {
      return INTEGERS.indexOf(a.kind) >= INTEGERS.indexOf(b.kind) ? a : b;
    }
    const [x, y] = [decimalOf(a), decimalOf(b)];
    const scale = Math.max(x.scale, y.scale);
    return boundedDecimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale);
  }
  if (a.kind === "date" && b.kind === "timestamp") return b;
  if (a.kind === "timestamp" && b.kind === "date") return a;
  // A zone-less time is taken for UTC.
  if (a.kind === "timestamp" && b.kind === "timestamp") return a.utc ? a : b;
  return a.kind === b.kind && !isNested(a) ? a : undefined;
}

/** @throws LakeError LAKE_INVALID_EXPRESSION naming the types there are. */
export function requireType(
  name: string,
  context: { text?: string; position?: number },
): LogicalType {
  const type = sqlType(name);
  if (type) return type;
  throw invalidExpression(`There is no type ${JSON.stringify(name)}.`, {
    ...context,
    hint: `The types are ${sqlTypeNames.join(", ")}.`,
  });
}
