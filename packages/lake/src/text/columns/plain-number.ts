const MINUS = 45;
const POINT = 46;
const LOWER_E = 101;

/** Powers of ten that a double holds exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Digits of each half of a number. */
const HALF = 9;

/**
 * A number of up to 18 digits without an exponent, as JSON writes it. Its digits are kept as two small integers: a double
 * that is returned is an object for the collector to find, and these are none.
 */
export class PlainNumber {
  negative = false;
  /** The first nine digits, leading zeros aside. */
  high = 0;
  /** Those after them. */
  low = 0;
  lowDigits = 0;
  /** Digits in all, leading zeros aside. */
  digits = 0;
  /** Digits after the point. */
  decimals = 0;

  /** Reads the number that begins at `at`; the position after it, or -1 where it is written otherwise. */
  read(bytes: Uint8Array, at: number): number {
    const negative = bytes[at] === MINUS;
    const first = negative ? at + 1 : at;
    let high = 0;
    let low = 0;
    let digits = 0;
    let fraction = 0;
    let end = first;
    for (; ; end++) {
      const digit = bytes[end]! - 48;
      if (digit >= 0 && digit <= 9) {
        if (digits < HALF) high = high * 10 + digit;
        else if (digits < 2 * HALF) low = low * 10 + digit;
        else return -1;
        if (high !== 0) digits++;
      } else if (digit === POINT - 48 && fraction === 0 && end > first) {
        fraction = end + 1;
      } else {
        break;
      }
    }
    const next = bytes[end]!;
    if (end === first || end === fraction || next === POINT || (next | 32) === LOWER_E) return -1;
    // A zero before another digit is no number of JSON.
    if (bytes[first] === 48 && end > first + 1 && fraction !== first + 2) return -1;
    this.negative = negative;
    this.high = high;
    this.low = low;
    this.lowDigits = digits > HALF ? digits - HALF : 0;
    this.digits = digits;
    this.decimals = fraction === 0 ? 0 : end - fraction;
    return end;
  }
}
