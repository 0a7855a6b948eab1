import type { Instant } from "@lakewright/warehouse";

/** Microseconds since 1970. */
export function instantMicros(instant: Instant): bigint {
  if (typeof instant === "bigint") return instant;
  const date = typeof instant === "string" ? new Date(instant) : instant;
  return BigInt(date.getTime()) * 1000n;
}
