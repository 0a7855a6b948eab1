import { formatDate, parseDate } from "@lakewright/core";

/** A day of the calendar. */
export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

export function civilOf(days: number): Civil {
  const text = formatDate(days);
  const end = text.length;
  return {
    year: Number(text.slice(0, end - 6)),
    month: Number(text.slice(end - 5, end - 3)),
    day: Number(text.slice(end - 2)),
  };
}

/** Days since 1970 of a day; undefined where the month has no such day. */
export function daysOf({ year, month, day }: Civil): number | undefined {
  const two = (part: number): string => String(part).padStart(2, "0");
  const plain = year >= 0 && year <= 9999;
  const digits = plain
    ? String(year).padStart(4, "0")
    : (year < 0 ? "-" : "+") + String(Math.abs(year)).padStart(6, "0");
  return parseDate(`${digits}-${two(month)}-${two(day)}`);
}

/** From 0 for Monday. */
export function weekday(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

/** Days since 1970 of the first day of a month, where months count on past 12 and below 1. */
function firstOfMonth(year: number, month: number): number {
  const index = year * 12 + (month - 1);
  return daysOf({ year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1, day: 1 })!;
}

export function lastOfMonth({ year, month }: Civil): number {
  return firstOfMonth(year, month + 1) - 1;
}

export function dayOfYear(days: number): number {
  return days - firstOfMonth(civilOf(days).year, 1) + 1;
}

/** The week of ISO 8601: weeks begin on Monday, the first has a Thursday of the year. */
export function weekOfYear(days: number): number {
  const thursday = days - weekday(days) + 3;
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}

export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilOf(days);
  const first = firstOfMonth(year, month + months);
  return Math.min(first + day - 1, lastOfMonth(civilOf(first)));
}

/** The first day of the week, month, quarter or year of a day; undefined for another unit. */
export function truncateDays(days: number, unit: string): number | undefined {
  const { year, month } = civilOf(days);
  switch (unit.toLowerCase()) {
    case "week":
      return days - weekday(days);
    case "month":
    case "mon":
    case "mm":
      return firstOfMonth(year, month);
    case "quarter":
      return firstOfMonth(year, month - ((month - 1) % 3));
    case "year":
    case "yyyy":
    case "yy":
      return firstOfMonth(year, 1);
    default:
      return undefined;
  }
}
