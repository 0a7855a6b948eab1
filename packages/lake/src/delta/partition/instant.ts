import { formatMicros, parseTimestamp } from "@lakewright/core";

/** Microseconds since 1970 of a row value of a timestamp column: bigint, Date, or text of a wall clock. */
export function microsOf(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  return parseTimestamp(String(value))!.micros;
}

/** ISO text with six fraction digits, no zone: "2026-11-21T10:00:00.000000". */
export function formatWithMicros(micros: bigint): string {
  return withDigits(micros, 6);
}

/** ISO text cut to milliseconds, always three digits, no zone. */
export function formatWithMillis(micros: bigint): string {
  return withDigits(micros, 3);
}

function withDigits(micros: bigint, digits: 3 | 6): string {
  const [whole, fraction = ""] = formatMicros(micros).split(".") as [string, string?];
  return `${whole}.${fraction.padEnd(6, "0").slice(0, digits)}`;
}
