import { parseTimestamp, showValue } from "@lakewright/core";
import { invalidOption } from "../../options.ts";

/** A moment as microseconds since 1970. @throws LakeError LAKE_INVALID_OPTION for what is none. */
export function microsOf(subject: string, value: string | Date | bigint): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return BigInt(value.getTime()) * 1000n;
  const parsed = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (parsed?.hasZone && !parsed.lossy) return parsed.micros;
  throw invalidOption(
    `${subject} is ${showValue(value)}, which is no moment.`,
    'Give a Date, microseconds since 1970 as a bigint, or text with a zone: "2026-11-21T12:00:00Z".',
  );
}
