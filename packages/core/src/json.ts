import { CoreError } from "./errors.ts";
import { Decimal } from "./values/decimal.ts";
import { showValue } from "./values/show.ts";

/**
 * A number whose digits a double may not hold, after one of the characters a number follows. What looks so inside a
 * text costs time and changes nothing.
 */
const LONG_NUMBER = /(?:^|[:,[\s])(-?(?:[\d.]{16,}(?:[eE][+-]?\d+)?|[\d.]+[eE][+-]?\d+))/g;

/**
 * Parses JSON without losing a digit. A number that a double holds exactly is a number; an integer beyond that is a
 * bigint; any other is a {@link Decimal}. So `12345678901234567.89` and ids above 2^53 survive.
 *
 * @throws CoreError CORE_INVALID_JSON with the position where the text is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return holdsInexact(text)
      ? (JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown) as unknown)
      : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof CoreError) throw error;
    throw new CoreError(
      "CORE_INVALID_JSON",
      `${showValue(text)} is no JSON: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

/** JSON text of a value; bigint as a bare number, Decimal as a bare number with all its digits, undefined left out. */
export function stringifyJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, bareNumber, indent);
}

/** Whether a number is written that a double does not give back as it is written: only such text pays for the slow path. */
function holdsInexact(text: string): boolean {
  LONG_NUMBER.lastIndex = 0;
  for (let match = LONG_NUMBER.exec(text); match; match = LONG_NUMBER.exec(text)) {
    const source = match[1]!;
    const value = Number(source);
    const isSafe = !Number.isInteger(value) || Number.isSafeInteger(value);
    if (!isSafe || String(value) !== source) return true;
  }
  return false;
}

function exactNumber(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const source = context.source;
  if (typeof value !== "number" || source === undefined) return value;
  if (Number.isSafeInteger(value) && INTEGER.test(source)) return value;
  if (INTEGER.test(source)) return BigInt(source);
  const exact = Decimal.from(source);
  return Number.isFinite(value) && Decimal.from(value).equals(exact) ? value : exact;
}

const INTEGER = /^-?\d+$/;

interface RawJson {
  rawJSON(text: string): unknown;
}

function bareNumber(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify calls toJSON first: the holder still has the Decimal itself.
  const original = (this as Record<string, unknown>)[key];
  if (typeof original === "bigint" || original instanceof Decimal) {
    return (JSON as unknown as RawJson).rawJSON(String(original));
  }
  return value;
}
