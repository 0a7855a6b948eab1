import { type PlainNumber, POWERS } from "./plain-number.ts";

/** Veltkamp's constant: splits a double into halves whose products are exact. */
const SPLIT = 2 ** 27 + 1;

/**
 * The double nearest to a number; NaN for the few that this cannot decide. Up to 15 digits one division is exact enough by
 * IEEE 754. Up to 18, as doubles are mostly printed, the quotient is computed in twice the precision.
 */
export function nearestDouble(number: PlainNumber): number {
  const { high, low, lowDigits, digits, decimals } = number;
  if (decimals >= POWERS.length) return NaN;
  const unit = POWERS[lowDigits]!;
  const power = POWERS[decimals]!;
  const value = digits <= 15 ? (high * unit + low) / power : quotient(high, unit, low, power);
  return number.negative ? -value : value;
}

/**
 * (high · unit + low) / power, correctly rounded; NaN where the quotient is so near the middle of two doubles that twice
 * the precision does not tell. Source: T. J. Dekker, "A Floating-Point Technique for Extending the Available Precision".
 */
function quotient(high: number, unit: number, low: number, power: number): number {
  const product = high * unit;
  const dividend = product + low;
  const rest = low - (dividend - product) + productError(high, unit, product);
  const first = dividend / power;
  const back = first * power;
  const correction = (dividend - back - productError(first, power, back) + rest) / power;
  const value = first + correction;
  const lost = first - value + correction;
  // A millionth more of what was rounded off must not change the result.
  return value + lost * (1 + 1e-6) === value && value + lost * (1 - 1e-6) === value ? value : NaN;
}

/** a · b − (a · b as rounded), exactly. */
function productError(a: number, b: number, product: number): number {
  const aTop = a * SPLIT - (a * SPLIT - a);
  const bTop = b * SPLIT - (b * SPLIT - b);
  const aRest = a - aTop;
  const bRest = b - bTop;
  return aRest * bRest - (product - aTop * bTop - aRest * bTop - aTop * bRest);
}
