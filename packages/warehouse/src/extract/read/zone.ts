import { formatMicros, parseTimestamp } from "@lakewright/core";
import { invalid } from "../invalid.ts";

/** How far the wall clock of a zone is ahead of UTC at an instant, in microseconds. */
export function zoneOffset(zone: string, micros: bigint): bigint {
  const second = micros / 1_000_000n;
  let text: string;
  try {
    // The Swedish form is that of ISO: 2026-03-29 03:30:00.
    text = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "medium",
    }).format(new Date(Number(second) * 1000));
  } catch (cause) {
    throw invalid(`cursorZone "${zone}" is no time zone: ${(cause as Error).message}.`);
  }
  return parseTimestamp(text)!.micros - second * 1_000_000n;
}

/** What the wall clock of a zone shows at an instant. */
export function wallClock(zone: string, micros: bigint): string {
  return formatMicros(micros + zoneOffset(zone, micros));
}
