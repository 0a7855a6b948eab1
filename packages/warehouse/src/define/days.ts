import { floorDiv, formatDate, parseDate } from "@lakewright/core";
import { invalidDefinition } from "./names.ts";

const DAY_MS = 86_400_000;

/** How the days of a calendar are described. */
export interface DayRange {
  /** Days filled when the warehouse is opened, both included; undefined fills none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly locale: string;
  readonly fiscalStartMonth: number;
  readonly holidays: ((year: number) => ReadonlyMap<string, string>) | undefined;
}

/** One row of a calendar. */
export interface CalendarDay {
  readonly date: string;
  readonly year: number;
  readonly quarter: number;
  readonly month: number;
  readonly day: number;
  /** The year its ISO week belongs to: 2021-01-01 is in week 53 of 2020. */
  readonly iso_year: number;
  readonly iso_week: number;
  /** 1 is Monday, 7 Sunday. */
  readonly day_of_week: number;
  readonly day_of_year: number;
  readonly year_month: string;
  readonly month_name: string;
  readonly day_name: string;
  readonly fiscal_year: number;
  readonly fiscal_quarter: number;
  readonly is_weekend: boolean;
  readonly is_month_end: boolean;
  readonly holiday_name: string | null;
  readonly is_business_day: boolean;
}

/** Describes days, one after the other. */
export function dayDescriber(range: DayRange): (date: string) => CalendarDay {
  const monthName = namesOf(range.locale, { month: "long" });
  const dayName = namesOf(range.locale, { weekday: "long" });
  const holidays = new Map<number, ReadonlyMap<string, string>>();
  const holidayOf = (year: number, date: string): string | null => {
    if (range.holidays === undefined) return null;
    if (!holidays.has(year)) holidays.set(year, range.holidays(year));
    return holidays.get(year)!.get(date) ?? null;
  };
  return (date) => {
    const number = dayNumber(date);
    const [year, month, day] = date.split("-").map(Number) as [number, number, number];
    // 1970-01-01 was a Thursday.
    const weekday = ((((number + 3) % 7) + 7) % 7) + 1;
    const week = isoWeek(number - weekday + 4);
    const holiday = holidayOf(year, date);
    const shifted = month - range.fiscalStartMonth;
    return {
      date,
      year,
      quarter: Math.ceil(month / 3),
      month,
      day,
      iso_year: week.year,
      iso_week: week.number,
      day_of_week: weekday,
      day_of_year: number - dayNumber(`${date.slice(0, 4)}-01-01`) + 1,
      year_month: date.slice(0, 7),
      month_name: monthName(date),
      day_name: dayName(date),
      fiscal_year: range.fiscalStartMonth > 1 && shifted >= 0 ? year + 1 : year,
      fiscal_quarter: Math.floor(((shifted + 12) % 12) / 3) + 1,
      is_weekend: weekday > 5,
      is_month_end: formatDate(number + 1).slice(0, 7) !== date.slice(0, 7),
      holiday_name: holiday,
      is_business_day: weekday <= 5 && holiday === null,
    };
  };
}

/** The days from one to another, both included. */
export function* daysBetween(from: string, to: string): Generator<string> {
  for (let day = dayNumber(from); day <= dayNumber(to); day++) yield formatDate(day);
}

/** yyyymmdd: the surrogate key of a day, which sorts and reads as the day. */
export function dateKey(date: string): bigint {
  return BigInt(date.replaceAll("-", ""));
}

/** The day of an instant in UTC. */
export function dayOfMicros(micros: bigint): string {
  return formatDate(Number(floorDiv(micros, 86_400_000_000n)));
}

export function dayNumber(date: string): number {
  const number = /^\d{4}-\d{2}-\d{2}$/.test(date) ? parseDate(date) : undefined;
  if (number === undefined) throw invalidDefinition(`"${date}" is no day of the calendar.`);
  return number;
}

/** The ISO week of a Thursday: a week belongs to the year its Thursday is in. */
function isoWeek(thursday: number): { readonly year: number; readonly number: number } {
  const first = new Date(thursday * DAY_MS);
  first.setUTCMonth(0, 1);
  return {
    year: first.getUTCFullYear(),
    number: Math.floor((thursday - first.getTime() / DAY_MS) / 7) + 1,
  };
}

function namesOf(locale: string, format: Intl.DateTimeFormatOptions): (date: string) => string {
  const formatter = new Intl.DateTimeFormat(locale, { ...format, timeZone: "UTC" });
  return (date) => formatter.format(new Date(`${date}T00:00:00Z`));
}
