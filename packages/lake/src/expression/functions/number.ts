import { Decimal, type LogicalType, type Rounding } from "@lakewright/core";
import { castNode, fitted, within } from "../cast.ts";
import { invalidExpression, ValueProblem } from "../errors.ts";
import { binary, type Node, unary } from "../node.ts";
import { boundedDecimal, BOOL, type DecimalType, DOUBLE, isFloat, LONG } from "../sql-type.ts";
import { arithmetic } from "../arithmetic.ts";
import { asDouble, asNumber, define, type Functions } from "./define.ts";

const ofDouble = (usage: string, compute: (value: number) => number): Functions[string] =>
  define(usage, ([value], text) => unary(DOUBLE, text, asDouble(value!), compute as never));

const abs = define("abs(number)", ([value], text) => {
  const node = asNumber(value!);
  const { type } = node;
  return unary(type, text, node, ((number: number | bigint) => {
    if (typeof number === "number" && isFloat(type)) return Math.abs(number);
    const positive = number < 0 ? -number : number;
    return type.kind === "decimal" ? positive : within(type as LogicalType, positive);
  }) as never);
});

/** floor and ceil: 64-bit integers of integers and doubles, decimals without digits after the point of decimals. */
const whole = (usage: string, up: boolean): Functions[string] =>
  define(usage, ([value], text) => {
    const node = asNumber(value!);
    const { type } = node;
    if (type.kind === "decimal") {
      const result = boundedDecimal(type.precision - type.scale + 1, 0);
      const unit = 10n ** BigInt(type.scale);
      return unary(result, text, node, ((number: bigint) => {
        const rest = number % unit;
        const cut = number / unit;
        return up ? cut + (rest > 0n ? 1n : 0n) : cut - (rest < 0n ? 1n : 0n);
      }) as never);
    }
    if (!isFloat(type)) return castNode(node, LONG, text);
    return unary(LONG, text, node, ((number: number) => {
      if (!Number.isFinite(number)) throw new ValueProblem(`${number} is no whole number`);
      return within(LONG, BigInt(up ? Math.ceil(number) : Math.floor(number)));
    }) as never);
  });

const round = (name: string, rounding: Rounding): Functions[string] =>
  define(`${name}(number[, digits])`, ([value, places], text) => {
    const node = asNumber(value!);
    const { type } = node;
    const digits = digitsOf(places);
    if (type.kind === "decimal") return roundedDecimal(node, type, digits, rounding, text);
    if (isFloat(type)) {
      return unary(type, text, node, ((number: number) => {
        if (!Number.isFinite(number)) return number;
        const rounded = rescaled(Decimal.from(number), digits, rounding).toNumber();
        return type.kind === "float32" ? Math.fround(rounded) : rounded;
      }) as never);
    }
    if (digits >= 0 || type.kind === "null") return node;
    return unary(type, text, node, ((number: number | bigint) =>
      within(
        type as LogicalType,
        rescaled(new Decimal(BigInt(number), 0), digits, rounding).unscaled,
      )) as never);
  });

function roundedDecimal(
  node: Node,
  { precision, scale }: DecimalType,
  digits: number,
  rounding: Rounding,
  text: string,
): Node {
  const kept = Math.min(scale, Math.max(digits, 0));
  const wholeDigits = precision - scale + 1;
  const type = boundedDecimal(
    digits < 0 ? Math.max(wholeDigits, -digits + 1) : wholeDigits + kept,
    kept,
  );
  return unary(type, text, node, ((number: bigint) =>
    fitted(
      rescaled(new Decimal(number, scale), Math.min(digits, scale), rounding),
      type,
    )) as never);
}

/** Rounded to digits after the point, or before it where negative. */
function rescaled(value: Decimal, digits: number, rounding: Rounding): Decimal {
  if (digits >= 0) return value.scale <= digits ? value : value.rescale(digits, rounding);
  const shifted = new Decimal(value.unscaled, value.scale - digits).rescale(0, rounding);
  return new Decimal(shifted.unscaled * 10n ** BigInt(-digits), 0);
}

function digitsOf(node: Node | undefined): number {
  if (!node) return 0;
  const value = node.literal?.value;
  const digits = typeof value === "bigint" ? Number(value) : value;
  if (typeof digits === "number" && Number.isInteger(digits) && Math.abs(digits) <= 400)
    return digits;
  throw invalidExpression(`${node.text} is no integer literal, as the digits to keep must be.`);
}

const power = define("power(number, exponent)", ([a, b], text) =>
  binary(DOUBLE, text, asDouble(a!), asDouble(b!), Math.pow as never),
);
const sign = ofDouble("sign(number)", Math.sign);
const ceil = whole("ceil(number)", true);

export const numberFunctions: Functions = {
  abs,
  ceil,
  ceiling: ceil,
  floor: whole("floor(number)", false),
  round: round("round", "halfUp"),
  bround: round("bround", "halfEven"),
  sign,
  signum: sign,
  power,
  pow: power,
  sqrt: ofDouble("sqrt(number)", Math.sqrt),
  exp: ofDouble("exp(number)", Math.exp),
  mod: define("mod(dividend, divisor)", ([a, b], text) => arithmetic("%", a!, b!, text)),
  isnan: define("isnan(number)", ([value], text) => {
    const node = asDouble(value!);
    return {
      type: BOOL,
      text,
      evaluate(rows, mask) {
        const { values, valid, step } = node.evaluate(rows, mask);
        const result = Uint8Array.from(values as Float64Array, (number, i) =>
          Number(Number.isNaN(number) && (!valid || valid[i] === 1)),
        );
        return { type: BOOL, values: result, valid: undefined, step };
      },
    };
  }),
};
