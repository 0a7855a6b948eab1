import { CoreError } from "../errors.ts";

const TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** How a digit that does not fit is treated; "exact" refuses it. */
export type Rounding = "exact" | "halfEven" | "halfUp" | "down";

/**
 * An exact decimal number: `unscaled / 10^scale`. Immutable. Money is one of these, never a double.
 */
export class Decimal {
  /** The number without its point: 12.34 at scale 2 is 1234n. */
  readonly unscaled: bigint;
  /** Digits after the point, 0 or more. */
  readonly scale: number;

  static {
    // What console.log of Node shows: Decimal(-4.00).
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Decimal): string {
        return `Decimal(${this.toString()})`;
      },
    });
  }

  constructor(unscaled: bigint, scale: number) {
    if (!Number.isInteger(scale) || scale < 0) {
      throw new CoreError(
        "CORE_DECIMAL",
        `A decimal scale must be 0 or a positive integer, got ${scale}.`,
      );
    }
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /**
   * Reads "12.34", "-0.5", "1e3", an integer, or a double whose shortest text is meant.
   *
   * @throws CoreError CORE_DECIMAL where the value is no finite decimal number.
   */
  static from(value: Decimal | string | number | bigint): Decimal {
    if (value instanceof Decimal) return value;
    if (typeof value === "bigint") return new Decimal(value, 0);
    const match = TEXT.exec(String(value).trim());
    const whole = match?.[2] ?? "";
    const fraction = match?.[3] ?? "";
    if (!match || whole + fraction === "") {
      throw new CoreError(
        "CORE_DECIMAL",
        `${JSON.stringify(String(value))} is not a decimal number.`,
        {
          hint: 'Write it as digits with an optional point and exponent, such as "-12.50".',
        },
      );
    }
    const exponent = Number(match[4] ?? 0);
    if (Math.abs(exponent) > 6144) {
      throw new CoreError(
        "CORE_DECIMAL",
        `The exponent of ${JSON.stringify(String(value))} is out of range.`,
        {
          hint: "Exponents from -6144 to 6144 are read.",
        },
      );
    }
    const unscaled = BigInt(whole + fraction) * (match[1] === "-" ? -1n : 1n);
    const scale = fraction.length - exponent;
    return scale >= 0
      ? new Decimal(unscaled, scale)
      : new Decimal(unscaled * 10n ** BigInt(-scale), 0);
  }

  /**
   * The same number at another scale.
   *
   * @throws CoreError CORE_DECIMAL where digits would be lost and `rounding` is "exact" (the default).
   */
  rescale(scale: number, rounding: Rounding = "exact"): Decimal {
    if (scale === this.scale) return this;
    if (scale > this.scale)
      return new Decimal(this.unscaled * 10n ** BigInt(scale - this.scale), scale);
    const unit = 10n ** BigInt(this.scale - scale);
    const quotient = this.unscaled / unit;
    const rest = this.unscaled % unit;
    if (rest === 0n) return new Decimal(quotient, scale);
    if (rounding === "exact") {
      throw new CoreError(
        "CORE_DECIMAL",
        `${this.toString()} does not fit ${scale} digits after the point.`,
        {
          hint: "Give the column a larger scale, or rescale with a rounding.",
        },
      );
    }
    return new Decimal(quotient + roundingStep(quotient, rest, unit, rounding), scale);
  }

  plus(other: Decimal | string | bigint): Decimal {
    const right = Decimal.from(other);
    const scale = Math.max(this.scale, right.scale);
    return new Decimal(this.rescale(scale).unscaled + right.rescale(scale).unscaled, scale);
  }

  minus(other: Decimal | string | bigint): Decimal {
    return this.plus(Decimal.from(other).negated());
  }

  times(other: Decimal | string | bigint): Decimal {
    const right = Decimal.from(other);
    return new Decimal(this.unscaled * right.unscaled, this.scale + right.scale);
  }

  negated(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  /** -1, 0 or 1, by value: 1.0 and 1.00 are equal. */
  compare(other: Decimal | string | bigint): -1 | 0 | 1 {
    const difference = this.minus(other).unscaled;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  equals(other: Decimal | string | bigint): boolean {
    return this.compare(other) === 0;
  }

  /** The nearest double. Lossy by name: for charts and models, not for sums of money. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** Plain digits, all of the scale: "12.50", never an exponent. */
  toString(): string {
    const negative = this.unscaled < 0n;
    const digits = String(negative ? -this.unscaled : this.unscaled).padStart(this.scale + 1, "0");
    const text =
      this.scale === 0 ? digits : `${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
    return negative ? `-${text}` : text;
  }

  /** The text, so that JSON keeps every digit. */
  toJSON(): string {
    return this.toString();
  }
}

function roundingStep(quotient: bigint, rest: bigint, unit: bigint, rounding: Rounding): bigint {
  const away = rest < 0n ? -1n : 1n;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  if (rounding === "down" || twice < unit) return 0n;
  if (twice === unit && rounding === "halfEven" && quotient % 2n === 0n) return 0n;
  return away;
}
