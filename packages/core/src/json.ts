import { CoreError } from "./errors.ts";
import { Decimal } from "./values/decimal.ts";
import { showValue } from "./values/show.ts";

/** Any number of digits that a double may not hold: only such text pays for the slow path. */
const LONG_NUMBER = /[\d.]{16,}|\d[eE][+-]?\d/;

/**
 * Parses JSON without losing a digit. A number that a double holds exactly is a number; an integer beyond that is a
 * bigint; any other is a {@link Decimal}. So `12345678901234567.89` and ids above 2^53 survive.
 *
 * @throws CoreError CORE_INVALID_JSON with the position where the text is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text)
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
