import { formatMicros, parseTimestamp, showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";

/** A point in time: ISO text (a day alone is its midnight, no zone means UTC), a Date, or microseconds since 1970. */
export type Instant = string | Date | bigint;

export const DAY_US = 86_400_000_000;

/**
 * Microseconds since 1970 as a number, which holds them exactly up to the year 2255.
 *
 * @throws MlError ML_INVALID_VALUE naming the row and column where it is no point in time.
 */
export function microsOf(value: unknown, where: string): number {
  let micros: number | undefined;
  if (typeof value === "bigint") micros = Number(value);
  else if (value instanceof Date) micros = value.getTime() * 1000;
  else if (typeof value === "string") micros = Number(parseTimestamp(value)?.micros ?? NaN);
  if (micros !== undefined && Number.isSafeInteger(micros)) return micros;
  throw new MlError("ML_INVALID_VALUE", `${where}: ${showValue(value)} is no point in time.`, {
    hint: "Give a Date, ISO 8601 text, or microseconds since 1970 as a bigint.",
  });
}

export function showInstant(micros: number): string {
  return `${formatMicros(BigInt(micros))}Z`;
}
