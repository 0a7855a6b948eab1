const MINUS = 45;
const POINT = 46;

/** Powers of ten that a double holds exactly. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Veltkamp's constant: splits a double into halves whose products are exact. */
const SPLIT = 2 ** 27 + 1;

/**
 * The double nearest to digits with an optional minus and point; NaN for any other text and for the few that this cannot
 * decide, which `Number` then reads. Up to 15 digits one division is exact enough by IEEE 754. Up to 19, as doubles are
 * mostly printed, the quotient is computed in twice the precision.
 */
export function readFloat(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === MINUS;
  let high = 0;
  let low = 0;
  let lowUnit = 1;
  let count = 0;
  let point = -1;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const c = bytes[at]!;
    if (c >= 48 && c <= 57) {
      if (count < 10) {
        high = high * 10 + (c - 48);
      } else {
        low = low * 10 + (c - 48);
        lowUnit *= 10;
      }
      if (high !== 0) count++;
      if (point >= 0) point++;
    } else if (c === POINT && point < 0) {
      point = 0;
    } else {
      return NaN;
    }
  }
  const decimals = point < 0 ? 0 : point;
  const digits = to - from - (negative ? 1 : 0) - (point < 0 ? 0 : 1);
  if (count > 19 || decimals > 22 || point === 0 || digits <= decimals) return NaN;
  const power = POWERS[decimals]!;
  const value = count <= 15 ? (high * lowUnit + low) / power : quotient(high, lowUnit, low, power);
  return negative ? -value : value;
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
