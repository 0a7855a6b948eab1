/** Documents of the source begin on this day. */
export const firstDocumentDay = "2021-01-04";

/** The day of the first extract, "2025-10-23"; the second day is the one after. Nothing that is true is later. */
export function extractDay(day: number): string {
  return new Date(Date.UTC(2025, 9, 22 + day)).toISOString().slice(0, 10);
}

/** When the extract of a day is taken: 22:00 UTC, in microseconds since 1970. */
export function extractTime(day: number): bigint {
  return BigInt(Date.parse(`${extractDay(day)}T22:00:00Z`)) * 1000n;
}
