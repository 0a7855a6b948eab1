import { formatMicros, parseTimestamp, showValue } from "@lakewright/core";
import { WarehouseError } from "./errors.ts";

/** A moment: ISO text with a zone, a day ("2026-06-30", its first moment in UTC), a Date, or microseconds since 1970. */
export type Instant = string | Date | bigint;

/** The years 1 to 9999, which ISO text and every engine have; beyond them are nanoseconds taken for microseconds. */
const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/** Microseconds since 1970. @throws WarehouseError WAREHOUSE_INVALID_OPTION where the value is no moment. */
export function microsOf(subject: string, instant: Instant): bigint {
  const micros = toMicros(instant);
  if (micros !== undefined && micros >= FIRST && micros <= LAST) return micros;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `${subject} is ${showValue(instant)}, which is no moment of the years 1 to 9999.`,
    {
      hint: 'Give ISO text with a zone ("2026-06-30T12:00:00Z"), a day, a Date, or microseconds as a bigint.',
    },
  );
}

function toMicros(instant: Instant): bigint | undefined {
  if (typeof instant === "bigint") return instant;
  if (instant instanceof Date) {
    const millis = instant.getTime();
    return Number.isNaN(millis) ? undefined : BigInt(millis) * 1000n;
  }
  if (typeof instant !== "string") return undefined;
  const parsed = parseTimestamp(instant);
  const isSure = parsed && !parsed.lossy && (parsed.hasZone || instant.length === 10);
  return isSure ? parsed.micros : undefined;
}

/** Microseconds since 1970 of a moment as rows have it: a Date, microseconds, or text; undefined of a text that is none. */
export function microsOfValue(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  return parseTimestamp(String(value))?.micros;
}

/** ISO text of microseconds, in UTC. */
export function showMicros(micros: bigint): string {
  return `${formatMicros(micros)}Z`;
}
