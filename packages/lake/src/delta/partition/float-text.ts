/**
 * A double as Java writes it ("1.0", "1.0E10", "NaN", "-0.0"): what Spark puts in partition values.
 * Source: java.lang.Double.toString, JDK 19 and later (shortest digits).
 */
export function javaFloat(value: number, single: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa, exponentText] = shortest(Math.abs(value), single).split("e") as [string, string];
  const digits = mantissa.replace(".", "");
  const exponent = Number(exponentText);
  const sign = value < 0 ? "-" : "";
  if (exponent < -3 || exponent >= 7) {
    return `${sign}${digits[0]!}.${digits.slice(1) || "0"}E${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** Scientific notation with the fewest digits that read back as the same value. */
function shortest(value: number, single: boolean): string {
  if (single) {
    for (let digits = 0; digits < 9; digits++) {
      const text = value.toExponential(digits);
      if (Math.fround(Number(text)) === value) return text;
    }
  }
  return value.toExponential();
}
