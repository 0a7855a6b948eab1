import {
  bigintRange,
  Decimal,
  floorDiv,
  formatDate,
  formatMicros,
  integerRange,
  type LogicalType,
  sameType,
  showValue,
} from "@lakewright/core";
import { javaFloat } from "../delta/partition/float-text.ts";
import {
  textToBoolean,
  textToDays,
  textToFloat,
  textToInteger,
  textToMicros,
} from "./cast-text.ts";
import { invalidExpression, ValueProblem } from "./errors.ts";
import { type Node, unary } from "./node.ts";
import {
  type DecimalType,
  isFloat,
  isInteger,
  isNested,
  isNumeric,
  showType,
  type SqlType,
} from "./sql-type.ts";
import { constantVector, type Value } from "./vector.ts";

export const MICROS_PER_DAY = 86_400_000_000n;
const MICROS_PER_SECOND = 1_000_000n;

/**
 * The value as another type, by the rules of CAST in Spark's ANSI mode: what does not fit is an error, decimals are
 * rounded half up, fractions of integers cut off, times are in UTC.
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION where there is no such cast
 */
export function castNode(node: Node, to: LogicalType, text?: string): Node {
  if (sameSqlType(node.type, to)) return node;
  if (node.type.kind === "null") return nullNode(to);
  const compute = castOf(node.type, to);
  if (!compute) {
    throw invalidExpression(
      `${node.text} is ${showType(node.type)}, which is not cast to ${showType(to)}.`,
    );
  }
  return unary(to, text ?? `CAST(${node.text} AS ${showType(to)})`, node, compute as never);
}

/** NULL as a value of a type. */
export function nullNode(type: SqlType): Node {
  const vector = constantVector(type, null);
  return { type, text: "NULL", literal: { value: null, typed: false }, evaluate: () => vector };
}

export function sameSqlType(a: SqlType, b: SqlType): boolean {
  if (a.kind === "null" || b.kind === "null") return a.kind === b.kind;
  return sameType(a, b);
}

type Cast = (value: never) => Value;

function castOf(from: SqlType, to: LogicalType): Cast | undefined {
  if (isNested(from) || from.kind === "null") return undefined;
  switch (to.kind) {
    case "utf8":
      return textOf(from) as Cast;
    case "bool":
      return booleanOf(from) as Cast | undefined;
    case "int8":
    case "int16":
    case "int32":
    case "int64": {
      const integer = integerOf(from);
      return integer && ((value) => within(to, integer(value)));
    }
    case "float32":
    case "float64": {
      const float = floatOf(from);
      if (!float) return undefined;
      return to.kind === "float64" ? float : (value) => Math.fround(float(value));
    }
    case "decimal":
      return decimalCast(from, to);
    case "date":
      if (from.kind === "utf8") {
        return (value: string) => textToDays(value) ?? cannot(value, to);
      }
      return from.kind === "timestamp"
        ? (value: bigint) => Number(floorDiv(value, MICROS_PER_DAY))
        : undefined;
    case "timestamp":
      return timestampCast(from, to);
    case "binary":
      return from.kind === "utf8" ? (value: string) => new TextEncoder().encode(value) : undefined;
    default:
      return undefined;
  }
}

function textOf(from: SqlType): ((value: never) => string) | undefined {
  switch (from.kind) {
    case "bool":
      return (value: number) => (value === 1 ? "true" : "false");
    case "float32":
    case "float64":
      return (value: number) => javaFloat(value, from.kind === "float32");
    case "decimal":
      return (value: bigint) => new Decimal(value, from.scale).toString();
    case "date":
      return (value: number) => formatDate(value);
    case "timestamp":
      return (value: bigint) => timestampText(value);
    case "binary":
      return (value: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
    default:
      return (value: number | bigint) => String(value);
  }
}

/** "2026-11-21 10:00:00.5": a blank, and no zeros at the end. */
function timestampText(micros: bigint): string {
  return formatMicros(micros)
    .replace("T", " ")
    .replace(/(\.\d*?)0+$/, "$1");
}

function booleanOf(from: SqlType): ((value: never) => number) | undefined {
  if (from.kind === "utf8") {
    return (value: string) => {
      const truth = textToBoolean(value);
      return truth === undefined ? cannot(value, { kind: "bool" }) : Number(truth);
    };
  }
  if (isFloat(from)) return (value: number) => Number(value !== 0);
  return isNumeric(from) ? (value: number | bigint) => Number(BigInt(value) !== 0n) : undefined;
}

function integerOf(from: SqlType): ((value: never) => number | bigint) | undefined {
  if (isInteger(from) || from.kind === "bool") return (value: number | bigint) => value;
  if (isFloat(from)) {
    return (value: number) =>
      Number.isFinite(value) ? BigInt(Math.trunc(value)) : cannot(value, { kind: "int64" });
  }
  switch (from.kind) {
    case "decimal": {
      const unit = 10n ** BigInt(from.scale);
      return (value: bigint) => value / unit;
    }
    case "utf8":
      return (value: string) => textToInteger(value) ?? cannot(value, { kind: "int64" });
    case "timestamp":
      return (value: bigint) => floorDiv(value, MICROS_PER_SECOND);
    default:
      return undefined;
  }
}

/** An integer as the type holds it. @throws ValueProblem where it does not */
export function within(type: LogicalType, value: number | bigint): number | bigint {
  if (type.kind === "int64") {
    const long = BigInt(value);
    const [low, high] = bigintRange.int64;
    return long < low || long > high ? overflow(value, type) : long;
  }
  const [low, high] = integerRange[type.kind as "int32"];
  return value < low || value > high ? overflow(value, type) : Number(value);
}

function floatOf(from: SqlType): ((value: never) => number) | undefined {
  if (isInteger(from) || isFloat(from) || from.kind === "bool") {
    return (value: number | bigint) => Number(value);
  }
  switch (from.kind) {
    case "decimal":
      return (value: bigint) => decimalToFloat(value, from.scale);
    case "utf8":
      return (value: string) => textToFloat(value) ?? cannot(value, { kind: "float64" });
    case "timestamp":
      return (value: bigint) => Number(value) / 1e6;
    default:
      return undefined;
  }
}

function decimalToFloat(unscaled: bigint, scale: number): number {
  // Both exact, so their quotient is the nearest double.
  if (scale <= 22 && unscaled < 9_007_199_254_740_992n && unscaled > -9_007_199_254_740_992n) {
    return Number(unscaled) / 10 ** scale;
  }
  return new Decimal(unscaled, scale).toNumber();
}

function decimalCast(from: SqlType, to: DecimalType): Cast | undefined {
  if (isInteger(from) || from.kind === "bool") {
    return (value: number | bigint) => fitted(new Decimal(BigInt(value), 0), to);
  }
  if (isFloat(from)) {
    return (value: number) =>
      Number.isFinite(value) ? fitted(Decimal.from(value), to) : cannot(value, to);
  }
  switch (from.kind) {
    case "decimal":
      return (value: bigint) => fitted(new Decimal(value, from.scale), to);
    case "utf8":
      return (value: string) => {
        let decimal: Decimal;
        try {
          decimal = Decimal.from(value);
        } catch {
          return cannot(value, to);
        }
        return fitted(decimal, to);
      };
    case "timestamp":
      return (value: bigint) => fitted(new Decimal(value, 6), to);
    default:
      return undefined;
  }
}

/** The unscaled digits of a number at the scale of a type, rounded half up. @throws ValueProblem where they are too many */
export function fitted(value: Decimal, type: DecimalType): bigint {
  const { unscaled } = value.rescale(type.scale, "halfUp");
  const limit = POWERS[type.precision]!;
  return unscaled >= limit || unscaled <= -limit ? overflow(value, type) : unscaled;
}

const POWERS: readonly bigint[] = Array.from({ length: 39 }, (_, k) => 10n ** BigInt(k));

function timestampCast(
  from: SqlType,
  to: Extract<LogicalType, { kind: "timestamp" }>,
): Cast | undefined {
  switch (from.kind) {
    case "timestamp":
      return (value: bigint) => value;
    case "date":
      return (value: number) => BigInt(value) * MICROS_PER_DAY;
    case "utf8":
      return (value: string) => textToMicros(value, to.utc) ?? cannot(value, to);
    case "decimal":
      return to.utc
        ? (value: bigint) =>
            micros(new Decimal(value, from.scale).times(MICROS_PER_SECOND).rescale(0, "down"))
        : undefined;
    default:
      if (!to.utc) return undefined;
      if (isFloat(from)) {
        return (value: number) =>
          Number.isFinite(value)
            ? micros(Decimal.from(value).times(MICROS_PER_SECOND).rescale(0, "down"))
            : cannot(value, to);
      }
      return isInteger(from)
        ? (value: number | bigint) => micros(new Decimal(BigInt(value) * MICROS_PER_SECOND, 0))
        : undefined;
  }
}

function micros({ unscaled }: Decimal): bigint {
  return within({ kind: "int64" }, unscaled) as bigint;
}

/**
 * The value as that of a column it is assigned to: numbers go into numbers and everything into text, but text into
 * nothing else, and an integer column takes no fractions. Source: canANSIStoreAssign of Spark, fractions aside.
 */
export function assignNode(node: Node, to: LogicalType, column: string): Node {
  const { type: from } = node;
  if (sameSqlType(from, to)) return node;
  const allowed =
    from.kind === "null" ||
    (isNumeric(from) && isNumeric(to)) ||
    (to.kind === "utf8" && !isNested(from) && from.kind !== "binary") ||
    ((from.kind === "date" || from.kind === "timestamp") &&
      (to.kind === "date" || to.kind === "timestamp"));
  if (!allowed) {
    throw invalidExpression(
      `Column "${column}" is ${showType(to)} and cannot be ${node.text}, which is ${showType(from)}.`,
      { hint: `Say what is meant: CAST(${node.text} AS ${showType(to)}).` },
    );
  }
  if (!isInteger(to)) return castNode(node, to, node.text);
  if (isFloat(from)) {
    return unary(to, node.text, node, ((value: number) =>
      Number.isInteger(value) ? within(to, BigInt(value)) : cannot(value, to)) as never);
  }
  if (from.kind !== "decimal") return castNode(node, to, node.text);
  const { scale } = from;
  const unit = 10n ** BigInt(scale);
  return unary(to, node.text, node, ((value: bigint) =>
    value % unit === 0n
      ? within(to, value / unit)
      : cannot(new Decimal(value, scale), to)) as never);
}

function cannot(value: unknown, type: LogicalType): never {
  throw new ValueProblem(`${showValue(value)} is no ${showType(type)}`);
}

function overflow(value: unknown, type: LogicalType): never {
  const shown = value instanceof Decimal ? value.toString() : String(value);
  throw new ValueProblem(`${shown} does not fit ${showType(type)}`);
}
