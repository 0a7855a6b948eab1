import type { Random } from "@lakewright/core";
import { weighted } from "./draw.ts";

/** A stretch in which the shop was down and nothing arrived. */
export interface Outage {
  readonly from: string;
  readonly to: string;
}

export interface Traffic {
  readonly outages: readonly Outage[];
  /** Instants of `count` transactions, in order, in microseconds since 1970. */
  arrivals(count: number): bigint[];
}

const HOUR_US = 3_600_000_000n;
/** Share of a day's orders by hour, UTC. */
const byHour = [
  6, 4, 3, 2, 2, 3, 8, 18, 32, 44, 52, 56, 62, 58, 52, 50, 52, 58, 70, 82, 88, 72, 42, 18,
];
/** By weekday from Sunday. */
const byWeekday = [1.15, 0.9, 0.9, 0.95, 1, 1.1, 1.3];

/** Orders over a period: by hour and weekday, growing slowly, and none while the shop is down. */
export function makeTraffic(random: Random, start: string, days: number): Traffic {
  const origin = BigInt(Date.parse(start)) * 1000n;
  const down = new Set<number>();
  const outages = Array.from({ length: Math.max(1, Math.round(days / 45)) }, (_, k) => {
    const day = Math.floor(((k + 0.5) / Math.max(1, Math.round(days / 45))) * days);
    const from = day * 24 + 10 + random.integer(8);
    const length = 2 + random.integer(3);
    for (let hour = from; hour < from + length; hour++) down.add(hour);
    return { from: isoHour(origin, from), to: isoHour(origin, from + length) };
  });
  const hours = Array.from({ length: days * 24 }, (_, hour) => hour);
  const firstWeekday = new Date(start).getUTCDay();
  const draw = weighted(hours, (hour) => {
    const day = Math.floor(hour / 24);
    const rate =
      byHour[hour % 24]! * byWeekday[(firstWeekday + day) % 7]! * (1 + (0.3 * day) / days);
    return down.has(hour) ? 0 : rate;
  });
  return {
    outages,
    arrivals: (count) =>
      Array.from(
        { length: count },
        () => origin + BigInt(draw(random)) * HOUR_US + BigInt(Math.floor(random.next() * 3.6e9)),
      ).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  };
}

function isoHour(origin: bigint, hour: number): string {
  return new Date(Number(origin / 1000n) + hour * 3_600_000).toISOString();
}
