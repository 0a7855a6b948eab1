import { formatMicros, parseTimestamp } from "@lakewright/core";
import { invalid } from "../../../options.ts";

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

/** Clocks are set back by an hour or so: beyond this no reading comes twice. */
const LONGEST_TURN = 10_800_000_000n;

/** The latest a wall clock has shown until an instant: more than then, in the hour after it was set back. */
export function latestReading(zone: string, micros: bigint): string {
  const turn = turnBack(zone, micros - LONGEST_TURN, micros);
  const now = micros + zoneOffset(zone, micros);
  const before = turn === undefined ? now : turn - 1n + zoneOffset(zone, turn - 1n);
  return formatMicros(before > now ? before : now);
}

/** The earliest a wall clock will show from an instant on: less than then, in the hour before it is set back. */
export function earliestReading(zone: string, micros: bigint): string {
  const turn = turnBack(zone, micros, micros + LONGEST_TURN);
  const now = micros + zoneOffset(zone, micros);
  const after = turn === undefined ? now : turn + zoneOffset(zone, turn);
  return formatMicros(after < now ? after : now);
}

/** When the clock is set back between two instants, to the second; undefined where it is not. */
function turnBack(zone: string, from: bigint, to: bigint): bigint | undefined {
  const offset = zoneOffset(zone, from);
  if (zoneOffset(zone, to) >= offset) return undefined;
  let [before, after] = [from / 1_000_000n, to / 1_000_000n];
  while (after - before > 1n) {
    const middle = (before + after) / 2n;
    if (zoneOffset(zone, middle * 1_000_000n) === offset) before = middle;
    else after = middle;
  }
  return after * 1_000_000n;
}
