import { formatDate } from "@lakewright/core";
import { dayNumber, weekdayOf } from "./day-number.ts";

/**
 * A calendar of whole weeks: four quarters of thirteen weeks, each of three periods. Its year has 52 weeks, and 53 where
 * the rule for its end says so; the 53rd week belongs to the last period.
 */
export interface RetailCalendar {
  /** Weeks of the three periods of a quarter. */
  readonly pattern: "4-4-5" | "4-5-4" | "5-4-4";
  /** The month the year ends in, 1 to 12. */
  readonly endMonth: number;
  /** The weekday the year ends on: 1 is Monday, 6 Saturday, 7 Sunday. */
  readonly endWeekday: number;
  /** "last" ends on the last such weekday of the month, "nearest" on the one nearest to its last day. */
  readonly endRule: "last" | "nearest";
  /** The calendar year a retail year is named after: the one it starts in, or the one it ends in. */
  readonly namedAfter: "start" | "end";
}

/**
 * The 4-5-4 calendar of the National Retail Federation: years end on the Saturday nearest to 31 January and are named
 * after the year they start in. 2012, 2017 and 2023 have 53 weeks. Source: nrf.com/resources/4-5-4-calendar.
 */
export const nrfCalendar: RetailCalendar = {
  pattern: "4-5-4",
  endMonth: 1,
  endWeekday: 6,
  endRule: "nearest",
  namedAfter: "start",
};

/** A day in a retail calendar. */
export interface RetailDay {
  readonly retail_year: number;
  readonly retail_quarter: number;
  /** 1 to 12. */
  readonly retail_period: number;
  /** 1 to 53. */
  readonly retail_week: number;
}

/** Places days in a retail calendar. */
export function retailDescriber(calendar: RetailCalendar): (day: number) => RetailDay {
  const weeks = calendar.pattern.split("-").map(Number);
  const ends = new Map<number, number>();
  const endOf = (year: number): number => {
    if (!ends.has(year)) ends.set(year, yearEnd(calendar, year));
    return ends.get(year)!;
  };
  // A year that ends in December started in it, a few days aside.
  const offset = calendar.namedAfter === "start" && calendar.endMonth < 12 ? 1 : 0;
  return (day) => {
    let year = Number(formatDate(day).slice(0, -6)) - 1;
    while (endOf(year) < day) year++;
    const week = Math.floor((day - endOf(year - 1) - 1) / 7) + 1;
    const quarter = Math.min(Math.ceil(week / 13), 4);
    const within = week - (quarter - 1) * 13;
    const period = within <= weeks[0]! ? 1 : within <= weeks[0]! + weeks[1]! ? 2 : 3;
    return {
      retail_year: year - offset,
      retail_quarter: quarter,
      retail_period: (quarter - 1) * 3 + period,
      retail_week: week,
    };
  };
}

/** Number of the last day of the retail year that ends in, or a few days after, `endMonth` of the year. */
function yearEnd({ endMonth, endWeekday, endRule }: RetailCalendar, year: number): number {
  const next = endMonth === 12 ? [year + 1, 1] : [year, endMonth + 1];
  const monthEnd = firstOfMonth(next[0]!, next[1]!) - 1;
  const back = (weekdayOf(monthEnd) - endWeekday + 7) % 7;
  return monthEnd - back + (endRule === "nearest" && back > 3 ? 7 : 0);
}

/** Counted on where text has no such year: the years 0 and 10000 are asked for at the ends of the calendar. */
function firstOfMonth(year: number, month: number): number {
  if (year >= 1 && year <= 9999) {
    return dayNumber(`${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-01`);
  }
  const moved = new Date(0);
  moved.setUTCFullYear(year, month - 1, 1);
  return moved.getTime() / 86_400_000;
}
