import { Decimal } from "@lakewright/core";
import { castNode, fitted, nullNode, within } from "./cast.ts";
import { invalidExpression, ValueProblem } from "./errors.ts";
import { wholeFloats, wholeIntegers } from "./fast.ts";
import { adapted } from "./literal.ts";
import { binary, type Node, unary } from "./node.ts";
import {
  commonType,
  DATE,
  type DecimalType,
  decimalOf,
  decimalResult,
  DOUBLE,
  INT,
  isFloat,
  isInteger,
  isNumeric,
  LONG,
  showType,
  type SqlType,
} from "./sql-type.ts";

/**
 * `a + b` and the like, with the types and errors of Spark's ANSI mode: integers never wrap, a division by zero is an
 * error, quotients of integers are doubles, decimals get the digits their result needs.
 */
export function arithmetic(sign: string, left: Node, right: Node, text: string): Node {
  const [a, b] = numericPair(...adapted(left, right));
  if (a.type.kind === "date" && (sign === "+" || sign === "-") && isInteger(b.type)) {
    return shiftedDate(sign, a, b, text);
  }
  if (b.type.kind === "date" && sign === "+" && isInteger(a.type))
    return shiftedDate("+", b, a, text);
  const common = commonType(a.type, b.type);
  if (
    !common ||
    (common.kind !== "null" && (!isNumeric(common) || !isNumericOrNull(a.type, b.type)))
  ) {
    throw invalidExpression(
      `${text} is ${showType(a.type)} ${sign} ${showType(b.type)}, which is nothing.`,
      {
        hint: "Dates are shifted by whole days: date_add, date_sub, datediff.",
      },
    );
  }
  if (common.kind === "null") return nullNode(sign === "/" ? DOUBLE : INT);
  if (sign === "div") return wholeQuotient(common, a, b, text);
  if (common.kind === "decimal") return ofDecimals(sign, a, b, text);
  const type = sign === "/" && isInteger(common) ? DOUBLE : common;
  const [x, y] = [castNode(a, type as typeof DOUBLE), castNode(b, type as typeof DOUBLE)];
  if (isFloat(type)) {
    const whole = type.kind === "float64" ? wholeFloats(sign) : undefined;
    return binary(type, text, x, y, floatOperation(sign, type) as never, whole);
  }
  return type.kind === "int64"
    ? binary(type, text, x, y, longOperation(sign) as never)
    : binary(
        type,
        text,
        x,
        y,
        integerOperation(sign, type) as never,
        type.kind === "int32" ? wholeIntegers(sign) : undefined,
      );
}

export function negative(a: Node, text: string): Node {
  const [node] = numericPair(a, a);
  const { type } = node;
  if (type.kind === "null") return node;
  if (!isNumeric(type))
    throw invalidExpression(`${text}: ${a.text} is ${showType(type)}, which has no sign.`);
  return unary(type, text, node, ((value: number | bigint) => {
    const result = -value;
    if (type.kind === "decimal" || isFloat(type)) return result;
    // 0 has no sign.
    return within(type as typeof INT, result === 0 ? 0 : result);
  }) as never);
}

/** Texts beside numbers count as numbers: as 64-bit integers beside integers, as doubles else. */
export function numericPair(a: Node, b: Node): readonly [Node, Node] {
  const asNumber = (node: Node, other: SqlType): Node =>
    node.type.kind === "utf8" ? castNode(node, isInteger(other) ? LONG : DOUBLE, node.text) : node;
  return [asNumber(a, b.type), asNumber(b, a.type)];
}

function isNumericOrNull(...types: readonly SqlType[]): boolean {
  return types.every((type) => isNumeric(type) || type.kind === "null");
}

function shiftedDate(sign: string, date: Node, days: Node, text: string): Node {
  return binary(DATE, text, date, castNode(days, INT), ((day: number, by: number) =>
    within(INT, sign === "+" ? day + by : day - by)) as never);
}

type Operation<V> = (x: V, y: V) => V;

function floatOperation(sign: string, type: SqlType): Operation<number> {
  const exact = ((): Operation<number> => {
    switch (sign) {
      case "+":
        return (x, y) => x + y;
      case "-":
        return (x, y) => x - y;
      case "*":
        return (x, y) => x * y;
      case "/":
        return (x, y) => x / nonZero(y);
      default:
        return (x, y) => x % nonZero(y);
    }
  })();
  return type.kind === "float32" ? (x, y) => Math.fround(exact(x, y)) : exact;
}

function longOperation(sign: string): Operation<bigint> {
  const checked = (value: bigint): bigint =>
    value === BigInt.asIntN(64, value) ? value : (within(LONG, value) as bigint);
  switch (sign) {
    case "+":
      return (x, y) => checked(x + y);
    case "-":
      return (x, y) => checked(x - y);
    case "*":
      return (x, y) => checked(x * y);
    default:
      return (x, y) => x % nonZero(y);
  }
}

function integerOperation(sign: string, type: SqlType): Operation<number> {
  const checked = (value: number): number => within(type as typeof INT, value) as number;
  switch (sign) {
    case "+":
      return (x, y) => checked(x + y);
    case "-":
      return (x, y) => checked(x - y);
    case "*":
      // A product beyond 53 bits is rounded, and beyond 32 bits all the same.
      return (x, y) => checked(x * y);
    default:
      return (x, y) => x % nonZero(y);
  }
}

function wholeQuotient(common: SqlType, a: Node, b: Node, text: string): Node {
  if (isFloat(common)) {
    throw invalidExpression(
      `${text}: div divides integers and decimals, and this is ${showType(common)}.`,
    );
  }
  const [x, y] = [castNode(a, decimalOf(a.type)), castNode(b, decimalOf(b.type))];
  const scale = Math.max((x.type as DecimalType).scale, (y.type as DecimalType).scale);
  const [fx, fy] = factors(x.type as DecimalType, y.type as DecimalType, scale);
  return binary(LONG, text, x, y, ((p: bigint, q: bigint) =>
    within(LONG, (p * fx) / (nonZero(q) * fy))) as never);
}

function ofDecimals(sign: string, a: Node, b: Node, text: string): Node {
  const [left, right] = [decimalOf(a.type), decimalOf(b.type)];
  const type = decimalResult(sign, left, right);
  const [x, y] = [castNode(a, left), castNode(b, right)];
  const scale = Math.max(left.scale, right.scale);
  const [fx, fy] = factors(left, right, scale);
  const made = (unscaled: bigint, at: number): bigint => fitted(new Decimal(unscaled, at), type);
  const operation = ((): Operation<bigint> => {
    switch (sign) {
      case "+":
        return (p, q) => made(p * fx + q * fy, scale);
      case "-":
        return (p, q) => made(p * fx - q * fy, scale);
      case "*":
        return (p, q) => made(p * q, left.scale + right.scale);
      case "/":
        return decimalQuotient(left, right, type);
      default:
        return (p, q) => made((p * fx) % (nonZero(q) * fy), scale);
    }
  })();
  return binary(type, text, x, y, operation as never);
}

function decimalQuotient(
  left: DecimalType,
  right: DecimalType,
  type: DecimalType,
): Operation<bigint> {
  const exponent = right.scale - left.scale + type.scale;
  const [up, down] = [10n ** BigInt(Math.max(exponent, 0)), 10n ** BigInt(Math.max(-exponent, 0))];
  return (p, q) => {
    const dividend = p * up;
    const divisor = nonZero(q) * down;
    const quotient = dividend / divisor;
    const rest = dividend % divisor;
    const half = 2n * (rest < 0n ? -rest : rest) >= (divisor < 0n ? -divisor : divisor);
    const away = dividend < 0n === divisor < 0n ? 1n : -1n;
    return fitted(new Decimal(half ? quotient + away : quotient, type.scale), type);
  };
}

function factors(a: DecimalType, b: DecimalType, scale: number): readonly [bigint, bigint] {
  return [10n ** BigInt(scale - a.scale), 10n ** BigInt(scale - b.scale)];
}

function nonZero<V extends number | bigint>(divisor: V): V {
  if (Number(divisor) === 0) throw new ValueProblem("a division by zero");
  return divisor;
}
