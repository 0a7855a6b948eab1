import type { Random } from "@lakewright/core";
import { chance } from "./draw.ts";

/** A day as a number: days since 1970. */
export type Day = number;

const texts = new Map<Day, string>();

export function dayOf(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / 86_400_000;
}

/** "2024-05-31". */
export function dayText(day: Day): string {
  let text = texts.get(day);
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    texts.set(day, text);
  }
  return text;
}

export function isWeekend(day: Day): boolean {
  const weekday = (day + 3) % 7; // 1970-01-01 was a Thursday: 3 days after Monday.
  return weekday >= 5;
}

/** The day itself, or the Monday after it. */
export function workday(day: Day): Day {
  while (isWeekend(day)) day++;
  return day;
}

/** Microseconds since 1970 of a minute of a day. */
export function instant(day: Day, minute: number, second = 0): bigint {
  return BigInt((day * 86_400 + minute * 60 + second) * 1000) * 1000n;
}

const users = ["ADMIN", "MDUPONT", "SLEROY", "PMARTIN", "CBERNARD", "IMPORT"];

export interface Stamps {
  readonly sysCreatedDate: bigint;
  readonly sysCreatedUser: string | null;
  readonly sysModifiedDate: bigint;
  readonly sysModifiedUser: string | null;
}

/**
 * Who made a row on the day and who changed it last. Nothing is later than 19:59 of the last day, and the extract is at 22:00.
 *
 * @param days - a change comes so many days after at most; 0 for rows that are never changed
 */
export function stamps(random: Random, day: Day, last: Day, days: number): Stamps {
  const minute = 420 + random.integer(720);
  const created = instant(day, minute, random.integer(60));
  const user = users[random.integer(users.length)]!;
  if (days === 0 || !chance(random, 0.4) || day >= last) {
    return {
      sysCreatedDate: created,
      sysCreatedUser: user,
      sysModifiedDate: created,
      sysModifiedUser: null,
    };
  }
  const changed = Math.min(last, day + 1 + random.integer(days));
  return {
    sysCreatedDate: created,
    sysCreatedUser: user,
    sysModifiedDate: instant(changed, 420 + random.integer(780), random.integer(60)),
    sysModifiedUser: users[random.integer(users.length)]!,
  };
}
