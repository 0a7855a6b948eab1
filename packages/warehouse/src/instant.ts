import { formatMicros, parseTimestamp, showValue } from "@lakewright/core";
import { WarehouseError } from "./errors.ts";

/** A moment: ISO text with a zone, a day ("2026-06-30", its first moment in UTC), a Date, or microseconds since 1970. */
export type Instant = string | Date | bigint;

/** Microseconds since 1970. @throws WarehouseError WAREHOUSE_INVALID_OPTION where the value is no moment. */
export function microsOf(subject: string, instant: Instant): bigint {
  if (typeof instant === "bigint") return instant;
  if (instant instanceof Date && !Number.isNaN(instant.getTime())) {
    return BigInt(instant.getTime()) * 1000n;
  }
  if (typeof instant === "string") {
    const parsed = parseTimestamp(instant);
    if (parsed && !parsed.lossy && (parsed.hasZone || instant.length === 10)) return parsed.micros;
  }
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `${subject} is ${showValue(instant)}, which is no moment.`,
    {
      hint: 'Give ISO text with a zone ("2026-06-30T12:00:00Z"), a day, a Date, or microseconds as a bigint.',
    },
  );
}

/** ISO text of microseconds, in UTC. */
export function showMicros(micros: bigint): string {
  return `${formatMicros(micros)}Z`;
}
