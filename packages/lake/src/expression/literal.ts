import { Decimal, parseDate, showValue } from "@lakewright/core";
import { toHex } from "../store/byte-text.ts";
import type { WhereValue } from "../where/expression.ts";
import { castNode, nullNode } from "./cast.ts";
import { textToInteger } from "./cast-text.ts";
import { invalidExpression } from "./errors.ts";
import type { Node } from "./node.ts";
import {
  BINARY,
  BOOL,
  DATE,
  type DecimalType,
  DOUBLE,
  INT,
  isFloat,
  isInteger,
  isNumeric,
  LONG,
  requireType,
  type SqlType,
  TEXT,
  TIMESTAMP,
} from "./sql-type.ts";
import { constantVector, type Value } from "./vector.ts";

/** A literal of a type named in SQL, or of the type its value suggests. */
export function literalNode(value: WhereValue | null, typeName?: string): Node {
  const type = typeName === undefined ? undefined : requireType(typeName, {});
  if (value === null) return nullNode(type ?? { kind: "null" });
  const natural = naturalLiteral(value);
  if (!natural) throw invalidExpression(`${showValue(value)} is no value of an expression.`);
  const [from, key] = natural;
  if (!type) return constant(from, key, showLiteral(value), false);
  const cast = castNode(constant(from, key, showLiteral(value), true), type, showLiteral(value));
  return constant(type, valueOf(cast), showLiteral(value), true);
}

function naturalLiteral(value: unknown): readonly [SqlType, Value] | undefined {
  switch (typeof value) {
    case "boolean":
      return [BOOL, Number(value)];
    case "string":
      return [TEXT, value];
    case "bigint":
      if (value === BigInt.asIntN(64, value)) return [LONG, value];
      return decimalLiteral(new Decimal(value, 0));
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return [DOUBLE, value];
      return value === (value | 0) ? [INT, value] : [LONG, BigInt(value)];
    default:
      break;
  }
  if (value instanceof Decimal) return decimalLiteral(value);
  if (value instanceof Uint8Array) return [BINARY, value];
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    return [TIMESTAMP, BigInt(value.getTime()) * 1000n];
  }
  return undefined;
}

function decimalLiteral(value: Decimal): readonly [DecimalType, bigint] | undefined {
  const digits = String(value.unscaled < 0n ? -value.unscaled : value.unscaled).length;
  const precision = Math.max(digits, value.scale, 1);
  if (precision > 38) return undefined;
  return [{ kind: "decimal", precision, scale: value.scale }, value.unscaled];
}

function constant(type: SqlType, value: Value | null, text: string, typed: boolean): Node {
  const vector = constantVector(type, value);
  return { type, text, literal: { value, typed }, evaluate: () => vector };
}

/** The value of a node over literals only. */
function valueOf(node: Node): Value | null {
  const { values, valid } = node.evaluate({ rows: 1 }, undefined);
  return valid && valid[0] !== 1 ? null : values[0]!;
}

/**
 * Two operands, where one is a literal in the form that suits the other: a text as what it is the text of, a number beside
 * a decimal with its own digits. Source: DecimalPrecision and the ANSI coercion of string literals of Spark.
 */
export function adapted(a: Node, b: Node): readonly [Node, Node] {
  return [adaptedTo(b.type, a), adaptedTo(a.type, b)];
}

export function adaptedTo(type: SqlType, node: Node): Node {
  const { literal } = node;
  if (!literal || literal.value === null || type.kind === "null") return node;
  if (node.type.kind === "utf8" && type.kind !== "utf8") return ofText(type, node);
  if (type.kind === "decimal" && (isInteger(node.type) || (isFloat(node.type) && !literal.typed))) {
    const exact = isInteger(node.type)
      ? new Decimal(BigInt(literal.value as bigint), 0)
      : Number.isFinite(literal.value)
        ? Decimal.from(literal.value as number)
        : undefined;
    const decimal = exact && decimalLiteral(exact);
    if (decimal) return constant(...decimal, node.text, literal.typed);
  }
  if (!literal.typed && type.kind === "date" && isMidnight(node))
    return castNode(node, DATE, node.text);
  return node;
}

function ofText(type: SqlType, node: Node): Node {
  const text = node.literal!.value as string;
  if (type.kind === "decimal" || isInteger(type)) {
    const integer = textToInteger(text);
    if (isInteger(type) && integer !== undefined && integer === BigInt.asIntN(64, integer)) {
      return constant(LONG, integer, node.text, true);
    }
    let decimal: ReturnType<typeof decimalLiteral>;
    try {
      decimal = decimalLiteral(Decimal.from(text));
    } catch {
      decimal = undefined;
    }
    if (!decimal) throw notComparable(node, type);
    return constant(...decimal, node.text, true);
  }
  // A day beside a timestamp, and a time beside a date, are compared as times.
  const isDay = parseDate(text.trim()) !== undefined;
  const target = type.kind === "date" && !isDay ? TIMESTAMP : type;
  if (!isNumeric(target) && !["date", "timestamp", "bool", "binary"].includes(target.kind)) {
    throw notComparable(node, type);
  }
  const cast = castNode(node, target as never, node.text);
  try {
    return constant(target, valueOf(cast), node.text, true);
  } catch {
    throw notComparable(node, type);
  }
}

function isMidnight(node: Node): boolean {
  return node.type.kind === "timestamp" && (node.literal!.value as bigint) % 86_400_000_000n === 0n;
}

function notComparable(node: Node, type: SqlType): Error {
  return invalidExpression(`${node.text} is no ${type.kind}, which it stands beside.`);
}

/** A value as a SQL literal. */
export function showLiteral(value: unknown): string {
  if (typeof value === "string") {
    return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "?" : `TIMESTAMP '${value.toISOString()}'`;
  }
  if (value instanceof Uint8Array) {
    return `X'${toHex(value)}'`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`;
  return value === null ? "NULL" : String(value).toUpperCase();
}
