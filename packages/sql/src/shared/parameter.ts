import {
  Decimal,
  type LogicalType,
  readColumn,
  showValue,
  tableFromFields,
  toBatch,
} from "@lakewright/core";
import { SqlError } from "../errors.ts";
import type { Parameter } from "../text.ts";

/**
 * The value as a row of the parameter's type gives it: int64 a bigint, decimals `Decimal`, microseconds a bigint.
 *
 * @throws CoreError CORE_INVALID_VALUE where the type cannot hold it.
 */
export function canonicalValue(type: LogicalType, value: unknown, index: number): unknown {
  const name = `$${index}`;
  const table = tableFromFields("parameters", [{ name, column: { type, nullable: true } }]);
  return readColumn(toBatch(table, [{ [name]: value }], { compile: false }), name)(0);
}

/**
 * The type a value shows by itself; undefined for null.
 *
 * @throws SqlError SQL_UNSUPPORTED where it shows none: an object, an empty or mixed array, undefined.
 */
function typeOfValue(value: unknown, index: number): LogicalType | undefined {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) {
        throw untyped(value, index, "has half a surrogate pair, which no Unicode text may have");
      }
      return { kind: "utf8" };
    case "boolean":
      return { kind: "bool" };
    case "bigint":
      return bigintType(value, index);
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { kind: "float64" };
      return { kind: value === (value | 0) ? "int32" : "int64" };
    case "object":
      if (value === null) return undefined;
      if (value instanceof Decimal) return decimalType(value, index);
      if (value instanceof Date) return { kind: "timestamp", unit: "ms", utc: true };
      if (value instanceof Uint8Array) return { kind: "binary" };
      if (Array.isArray(value)) return listType(value, index);
      break;
    default:
  }
  throw untyped(value, index, "has no type of its own");
}

/** The type a parameter is bound as. */
export function typeOfParameter(parameter: Parameter, index: number): LogicalType | undefined {
  return parameter.type ?? typeOfValue(parameter.value, index);
}

function bigintType(value: bigint, index: number): LogicalType {
  if (value === BigInt.asIntN(64, value)) return { kind: "int64" };
  if (value === BigInt.asUintN(64, value)) return { kind: "uint64" };
  return decimalType(new Decimal(value, 0), index);
}

function decimalType(value: Decimal, index: number): LogicalType {
  const digits = String(value.unscaled < 0n ? -value.unscaled : value.unscaled).length;
  const precision = Math.max(digits, value.scale, 1);
  if (precision > 38) throw untyped(value, index, "has more than 38 digits");
  return { kind: "decimal", precision, scale: value.scale };
}

function listType(values: readonly unknown[], index: number): LogicalType {
  const types = values
    .map((value) => typeOfValue(value, index))
    .filter((type) => type !== undefined);
  const type = types.reduce<LogicalType | undefined>(
    (a, b) => (a === undefined || a.kind === b.kind ? b : common(a, b)),
    types[0],
  );
  if (type === undefined || type.kind === "decimal" || type.kind === "list") {
    throw untyped(values, index, "is an array whose items do not show one type");
  }
  return { kind: "list", item: { type, nullable: true } };
}

const NUMERIC = ["int32", "int64", "float64"];

function common(a: LogicalType, b: LogicalType): LogicalType | undefined {
  const wider = Math.max(NUMERIC.indexOf(a.kind), NUMERIC.indexOf(b.kind));
  const known = NUMERIC.includes(a.kind) && NUMERIC.includes(b.kind);
  return known ? ({ kind: NUMERIC[wider] } as LogicalType) : undefined;
}

function untyped(value: unknown, index: number, problem: string): SqlError {
  return new SqlError("SQL_UNSUPPORTED", `Parameter $${index}: ${showValue(value)} ${problem}.`, {
    hint: "Give it one: bind(value, type), such as bind(micros, timestamp().type).",
    details: { parameter: index },
  });
}
