import { Decimal } from "@lakewright/core";

/** Amounts are kept with this many digits after the point: 1,000,000,000,000 at most, as DECIMAL(18, 6). */
export const AMOUNT_SCALE = 6;
const LIMIT = 10n ** 18n;

const PLAIN = /^[+-]?\d+(?:\.\d+)?$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}([,' \u00a0\u202f])\d{3}(?:\1\d{3})*(?:\.\d+)?$/;

/** An amount at {@link AMOUNT_SCALE}; or what is wrong with the value, to be read after it. Nothing is rounded. */
export function amountOf(value: unknown, decimalSeparator: "." | ","): Decimal | string {
  switch (typeof value) {
    case "number": {
      // Up to 15 digits, a double is the nearest to one decimal only: most amounts need no look at their text.
      const units = Math.round(value * 10 ** AMOUNT_SCALE);
      const plain = Math.abs(units) < 1e15 && units / 10 ** AMOUNT_SCALE === value;
      return plain ? new Decimal(BigInt(units), AMOUNT_SCALE) : scaled(value);
    }
    case "bigint":
      return scaled(value);
    case "string":
      return amountOfText(value, decimalSeparator);
    default:
      return value instanceof Decimal ? scaled(value) : "is no amount";
  }
}

function amountOfText(value: string, decimalSeparator: "." | ","): Decimal | string {
  const text = withPoint(value, decimalSeparator);
  if (PLAIN.test(text)) return scaled(text);
  if (GROUPED.test(text)) return scaled(text.replace(/[,' \u00a0\u202f]/g, ""));
  // Digits with an exponent, as programs write small and large doubles.
  if (/^[+-]?\d+(?:\.\d*)?e[+-]?\d+$/i.test(text)) return scaled(text);
  return `is no amount written with a decimal ${decimalSeparator === "," ? "comma" : "point"}`;
}

/** What stands between groups of thousands in an amount: undefined where nothing does. */
export function groupMarkOf(value: string, decimalSeparator: "." | ","): string | undefined {
  const mark = GROUPED.exec(withPoint(value, decimalSeparator))?.[1];
  return mark === "," && decimalSeparator === "," ? "." : mark;
}

/** The text as it is written where a point is the decimal mark. */
function withPoint(value: string, decimalSeparator: "." | ","): string {
  const text = value.trim();
  return decimalSeparator === "."
    ? text
    : text.replace(/[.,]/g, (mark) => (mark === "," ? "." : ","));
}

function scaled(value: Decimal | string | number | bigint): Decimal | string {
  if (typeof value === "number" && !Number.isFinite(value)) return "is no amount";
  const exact = Decimal.from(value);
  const lost =
    exact.scale > AMOUNT_SCALE && exact.unscaled % 10n ** BigInt(exact.scale - AMOUNT_SCALE) !== 0n;
  if (lost) return `has more than ${AMOUNT_SCALE} digits after the point`;
  const { unscaled } = exact.rescale(AMOUNT_SCALE);
  if (unscaled >= LIMIT || unscaled <= -LIMIT) return "is beyond 10^12";
  return new Decimal(unscaled, AMOUNT_SCALE);
}
