import { floorDiv, formatDate } from "@lakewright/core";
import { dayNumber, weekdayOf } from "./day-number.ts";
import { type RetailCalendar, type RetailDay, retailDescriber } from "./retail.ts";

const DAY_MS = 86_400_000;

/** The holidays of a year: day → name. Several on one day are joined by "; ". */
export type HolidaysOfYear = (year: number) => ReadonlyMap<string, string>;

/** How the days of a calendar are described. */
export interface DayRange {
  /** Days filled when the warehouse is opened, both included; undefined fills none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Language of the names of months and days, as `Intl` has it: "en". */
  readonly locale: string;
  /** The month a fiscal year starts in, 1 to 12. */
  readonly fiscalStartMonth: number;
  /** Retail years beside the fiscal ones; undefined for none. */
  readonly retail: RetailCalendar | undefined;
  /** ISO weekdays nobody works on. */
  readonly weekend: readonly number[];
  /** Whose seasons are meant. */
  readonly hemisphere: "north" | "south";
  /** The holidays of a year; undefined for none. */
  readonly holidays: HolidaysOfYear | undefined;
}

export type Season = "winter" | "spring" | "summer" | "autumn";

/** One row of a calendar. */
export interface CalendarDay {
  readonly date: string;
  /** Days since 1970-01-01: the difference of two is the number of days between them. */
  readonly day_number: number;
  readonly year: number;
  readonly quarter: number;
  readonly month: number;
  readonly day: number;
  /** The year its ISO week belongs to: 2021-01-01 is in week 53 of 2020. */
  readonly iso_year: number;
  readonly iso_week: number;
  /** Weeks start on Monday, the first one of the month on its first day: 1 to 6. */
  readonly week_of_month: number;
  /** 1 is Monday, 7 Sunday. */
  readonly day_of_week: number;
  readonly day_of_year: number;
  readonly year_month: string;
  readonly month_name: string;
  readonly day_name: string;
  /** Meteorological: whole months, winter from December in the north. */
  readonly season: Season;
  readonly fiscal_year: number;
  readonly fiscal_quarter: number;
  /** The month of the fiscal year, 1 to 12. */
  readonly fiscal_period: number;
  /** Seven days each from the first day of the fiscal year: 1 to 53. */
  readonly fiscal_week: number;
  /** Null, as the other three, where the calendar has no `retail`. */
  readonly retail_year: number | null;
  readonly retail_quarter: number | null;
  readonly retail_period: number | null;
  readonly retail_week: number | null;
  readonly is_weekend: boolean;
  readonly is_month_end: boolean;
  readonly is_holiday: boolean;
  /** Several names are joined by "; ". */
  readonly holiday_name: string | null;
  readonly is_business_day: boolean;
  /** Business days of the month up to this day, itself included. */
  readonly working_day_of_month: number;
  /** 29 February's is the 28th; null in the year 1. */
  readonly same_date_last_year: string | null;
  /** 52 weeks earlier, so of the same weekday; null in the year 1. */
  readonly same_weekday_last_year: string | null;
}

const NO_RETAIL: { readonly [K in keyof RetailDay]: null } = {
  retail_year: null,
  retail_quarter: null,
  retail_period: null,
  retail_week: null,
};

/** Describes days. */
export function dayDescriber(range: DayRange): (date: string) => CalendarDay {
  const monthName = namesOf(range.locale, { month: "long" }, (date) => date.slice(5, 7));
  const dayName = namesOf(range.locale, { weekday: "long" }, (_, weekday) => String(weekday));
  const retail = range.retail && retailDescriber(range.retail);
  const { holidayOf, isBusinessDay, workingDayOf } = workOf(range);
  return (date) => {
    const number = dayNumber(date);
    const [year, month, day] = date.split("-").map(Number) as [number, number, number];
    const weekday = weekdayOf(number);
    const week = isoWeek(number - weekday + 4);
    const holiday = holidayOf(date);
    return {
      date,
      day_number: number,
      year,
      quarter: Math.ceil(month / 3),
      month,
      day,
      iso_year: week.year,
      iso_week: week.number,
      week_of_month: Math.floor((day - 1 + weekdayOf(number - day + 1) - 1) / 7) + 1,
      day_of_week: weekday,
      day_of_year: number - dayNumber(`${date.slice(0, 4)}-01-01`) + 1,
      year_month: date.slice(0, 7),
      month_name: monthName(date, weekday),
      day_name: dayName(date, weekday),
      season: seasonOf(range.hemisphere, month),
      ...fiscalDay(range.fiscalStartMonth, year, month, number),
      ...(retail ? retail(number) : NO_RETAIL),
      is_weekend: range.weekend.includes(weekday),
      is_month_end: isMonthEnd(date, number),
      is_holiday: holiday !== null,
      holiday_name: holiday,
      is_business_day: isBusinessDay(number),
      working_day_of_month: workingDayOf(number, day),
      same_date_last_year: sameDateLastYear(date, year),
      same_weekday_last_year:
        year === 1 && number < dayNumber("0001-12-31") ? null : formatDate(number - 364),
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

interface WorkOfDays {
  holidayOf(date: string): string | null;
  isBusinessDay(day: number): boolean;
  /** Business days of the month up to the day, whose day of the month is given. */
  workingDayOf(day: number, dayOfMonth: number): number;
}

function workOf(range: DayRange): WorkOfDays {
  const holidays = new Map<string, ReadonlyMap<string, string>>();
  const holidayOf = (date: string): string | null => {
    if (range.holidays === undefined) return null;
    const year = date.slice(0, 4);
    if (!holidays.has(year)) holidays.set(year, range.holidays(Number(year)));
    return holidays.get(year)!.get(date) ?? null;
  };
  const isBusinessDay = (day: number): boolean =>
    !range.weekend.includes(weekdayOf(day)) && holidayOf(formatDate(day)) === null;
  return {
    holidayOf,
    isBusinessDay,
    workingDayOf(day, dayOfMonth) {
      let count = 0;
      for (let at = day - dayOfMonth + 1; at <= day; at++) if (isBusinessDay(at)) count++;
      return count;
    },
  };
}

function fiscalDay(
  startMonth: number,
  year: number,
  month: number,
  number: number,
): Pick<CalendarDay, "fiscal_year" | "fiscal_quarter" | "fiscal_period" | "fiscal_week"> {
  const period = ((month - startMonth + 12) % 12) + 1;
  const startYear = month >= startMonth ? year : year - 1;
  const start = new Date(0);
  start.setUTCFullYear(startYear, startMonth - 1, 1);
  return {
    fiscal_year: startMonth > 1 ? startYear + 1 : year,
    fiscal_quarter: Math.ceil(period / 3),
    fiscal_period: period,
    fiscal_week: Math.floor((number - start.getTime() / DAY_MS) / 7) + 1,
  };
}

function seasonOf(hemisphere: "north" | "south", month: number): Season {
  const seasons = ["winter", "spring", "summer", "autumn"] as const;
  return seasons[(Math.floor((month % 12) / 3) + (hemisphere === "south" ? 2 : 0)) % 4]!;
}

function isMonthEnd(date: string, number: number): boolean {
  return date.endsWith("-31") || formatDate(number + 1).endsWith("-01");
}

function sameDateLastYear(date: string, year: number): string | null {
  if (year === 1) return null;
  const last = String(year - 1).padStart(4, "0");
  return date.endsWith("-02-29") ? `${last}-02-28` : `${last}${date.slice(4)}`;
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

/** Names in a language, each looked up once. */
function namesOf(
  locale: string,
  format: Intl.DateTimeFormatOptions,
  kindOf: (date: string, weekday: number) => string,
): (date: string, weekday: number) => string {
  const formatter = new Intl.DateTimeFormat(locale, { ...format, timeZone: "UTC" });
  const names = new Map<string, string>();
  return (date, weekday) => {
    const kind = kindOf(date, weekday);
    const known = names.get(kind);
    if (known !== undefined) return known;
    const name = formatter.format(new Date(`${date}T00:00:00Z`));
    names.set(kind, name);
    return name;
  };
}
