import {
  columnOf,
  Decimal,
  describeType,
  floorDiv,
  type LogicalType,
  parseDate,
  parseTimestamp,
  showValue,
  type Table,
} from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { BoundCondition } from "../expression/types.ts";
import { checkTree } from "./check.ts";
import { expressionEngine } from "./engine.ts";
import type { Comparison, Where } from "./expression.ts";

/** A value as columns of its type are compared: days, microseconds or unscaled digits as number or bigint, true as 1. */
export type Key = number | bigint | string | Uint8Array;

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>([
  "eq",
  "ne",
  "lt",
  "lte",
  "gt",
  "gte",
]);

/** A condition whose values fit the types of the columns. */
export type Bound =
  | { readonly op: Comparison; readonly column: string; readonly key: Key }
  /** True or false for every value there is: a comparison with a value the type cannot hold. */
  | { readonly op: "constant"; readonly column: string; readonly value: boolean }
  | { readonly op: "isNull"; readonly column: string }
  | { readonly op: "isNotNull"; readonly column: string }
  | { readonly op: "inList"; readonly column: string; readonly keys: readonly Key[] }
  | { readonly op: "startsWith"; readonly column: string; readonly prefix: string }
  /** What no statistics tell about: whatever expressions compute. */
  | { readonly op: "expression"; readonly condition: BoundCondition }
  | { readonly op: "and" | "or"; readonly terms: readonly Bound[] }
  | { readonly op: "not"; readonly term: Bound };

/** The greatest value of the type that is not above the one meant, and whether it is the one meant. */
interface Literal {
  readonly key: Key;
  readonly exact: boolean;
}

/**
 * Checks a condition against the table and converts its values once.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a value the column cannot be compared with; CoreError CORE_SCHEMA_MISMATCH for a
 * column the table does not have.
 */
export function bindWhere(table: Table, where: Where): Bound {
  checkTree(where);
  return bound(table, where);
}

function bound(table: Table, where: Where): Bound {
  switch (where.op) {
    case "and":
    case "or":
      return { op: where.op, terms: where.terms.map((term) => bound(table, term)) };
    case "not":
      return { op: "not", term: bound(table, where.term) };
    case "sql":
    case "call":
      return expressionEngine().bindExpression({ target: table }, where);
    case "isNull":
    case "isNotNull":
      columnOf(table, where.column);
      return { op: where.op, column: where.column };
    case "startsWith": {
      const { type } = columnOf(table, where.column);
      if (!isText(type)) throw noValue(where.column, type, where.prefix);
      return where;
    }
    case "inList": {
      const { column } = where;
      const { type } = columnOf(table, column);
      const literals = where.values.map((value) => literalOf(column, type, value));
      return {
        op: "inList",
        column,
        keys: literals.filter((literal) => literal.exact).map((literal) => literal.key),
      };
    }
    default: {
      const { op, column, value } = where;
      if (!COMPARISONS.has(op)) {
        throw new LakeError(
          "LAKE_INVALID_OPTION",
          `where: there is no condition ${showValue(op)}.`,
          {
            hint: "Conditions are made by eq, ne, lt, lte, gt, gte, inList, isNull, startsWith, and, or, not.",
          },
        );
      }
      return comparison(op, column, literalOf(column, columnOf(table, column).type, value));
    }
  }
}

/** The columns of a table a condition looks at. */
export function columnsOfWhere(table: Table, where: Where): readonly string[] {
  checkTree(where);
  return columnsOf(table, where);
}

function columnsOf(table: Table, where: Where): readonly string[] {
  switch (where.op) {
    case "and":
    case "or":
      return [...new Set(where.terms.flatMap((term) => columnsOf(table, term)))];
    case "not":
      return columnsOf(table, where.term);
    case "sql":
    case "call":
      return expressionEngine().columnsNamed(table, where);
    default:
      return [where.column];
  }
}

function comparison(op: Comparison, column: string, { key, exact }: Literal): Bound {
  if (exact) return { op, column, key };
  switch (op) {
    case "eq":
      return { op: "constant", column, value: false };
    case "ne":
      return { op: "constant", column, value: true };
    case "lt":
    case "lte":
      return { op: "lte", column, key };
    case "gt":
    case "gte":
      return { op: "gt", column, key };
  }
}

function literalOf(column: string, type: LogicalType, value: unknown): Literal {
  const literal = literalOfType(type, value);
  if (literal === undefined) throw noValue(column, type, value);
  return literal;
}

function literalOfType(type: LogicalType, value: unknown): Literal | undefined {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32": {
      const literal = exactNumber(value, 0);
      return literal && { ...literal, key: Number(literal.key) };
    }
    case "int64":
    case "uint64":
      return exactNumber(value, 0);
    case "decimal":
      return exactNumber(value, type.scale);
    case "float32":
    case "float64": {
      const key = floatOf(value);
      if (key === undefined) return undefined;
      return { key: type.kind === "float32" ? Math.fround(key) : key, exact: true };
    }
    case "utf8":
    case "oneOf":
      return typeof value === "string" ? { key: value, exact: true } : undefined;
    case "bool":
      return typeof value === "boolean" ? { key: value ? 1 : 0, exact: true } : undefined;
    case "binary":
      return value instanceof Uint8Array ? { key: value, exact: true } : undefined;
    case "date": {
      const days = typeof value === "string" ? parseDate(value) : undefined;
      return days === undefined ? undefined : { key: days, exact: true };
    }
    case "timestamp":
      return instant(value, type.unit === "ms" ? 1000n : 1n, type.utc);
    default:
      return undefined;
  }
}

function exactNumber(value: unknown, scale: number): Literal | undefined {
  let exact: Decimal;
  try {
    exact = Decimal.from(value as Decimal);
  } catch {
    return undefined;
  }
  if (exact.scale <= scale) return { key: exact.rescale(scale).unscaled, exact: true };
  const unit = 10n ** BigInt(exact.scale - scale);
  const key = floorDiv(exact.unscaled, unit);
  return { key, exact: key * unit === exact.unscaled };
}

function floatOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Decimal) return value.toNumber();
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) && value !== "NaN" ? undefined : number;
}

function instant(value: unknown, unit: bigint, utc: boolean): Literal | undefined {
  if (typeof value === "bigint") return { key: value, exact: true };
  if (value instanceof Date) {
    const ms = value.getTime();
    if (!utc || Number.isNaN(ms)) return undefined;
    return { key: unit === 1n ? BigInt(ms) * 1000n : BigInt(ms), exact: true };
  }
  const parsed = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (!parsed || parsed.hasZone !== utc) return undefined;
  const key = floorDiv(parsed.micros, unit);
  return { key, exact: key * unit === parsed.micros && !parsed.lossy };
}

function isText(type: LogicalType): boolean {
  return type.kind === "utf8" || type.kind === "oneOf";
}

function noValue(column: string, type: LogicalType, value: unknown): LakeError {
  return new LakeError(
    "LAKE_INVALID_OPTION",
    `where: column "${column}" is ${describeType(type)} and cannot be compared with ${showValue(value)}.`,
    { hint: hintFor(type, value), details: { column } },
  );
}

function hintFor(type: LogicalType, value: unknown): string {
  if (value === null || value === undefined) return "Use isNull or isNotNull.";
  switch (type.kind) {
    case "date":
      return 'Give the day as "YYYY-MM-DD".';
    case "timestamp":
      return type.utc
        ? 'Give an ISO text with a zone ("2026-11-21T10:00:00Z"), a Date or a bigint.'
        : 'Give an ISO text without a zone ("2026-11-21T10:00:00") or a bigint.';
    case "list":
    case "struct":
    case "map":
      return "Only isNull and isNotNull look at lists, structs and maps.";
    default:
      return "Give a value of the column's type.";
  }
}
