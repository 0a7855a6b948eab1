/** Microseconds since 1970 of an instant as rows have it: a Date, or the microseconds themselves. */
export function microsOf(instant: Date | bigint): bigint {
  return instant instanceof Date ? BigInt(instant.getTime()) * 1000n : instant;
}
