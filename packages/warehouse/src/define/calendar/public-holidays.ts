import { formatDate } from "@lakewright/core";
import { dayNumber } from "./day-number.ts";
import type { HolidaysOfYear } from "./days.ts";
import { namedDays } from "./holidays.ts";
import { invalidDefinition } from "../names.ts";

/** The class `date-holidays` exports, as far as it is used here. */
export type HolidaysClass = new (
  country: string,
  state: string,
  region: string,
) => {
  getCountries(): Record<string, string>;
  getStates(country: string): Record<string, string> | undefined;
  getRegions(country: string, state: string): Record<string, string> | undefined;
  getHolidays(
    year: number,
    language?: string,
  ): readonly {
    readonly date: string;
    readonly start: Date;
    readonly end: Date;
    readonly name: string;
    readonly type: string;
  }[];
};

/** Whose public holidays are meant. */
export interface PublicHolidaysOptions {
  /** Code of the state, as date-holidays has it: "BY". Default none: days of the whole country. */
  readonly state?: string | undefined;
  /** Code of the region of the state. Default none. */
  readonly region?: string | undefined;
  /** Which types count. Default "public" alone. */
  readonly types?:
    readonly ("public" | "bank" | "school" | "optional" | "observance")[] | undefined;
  /** Language of the names, ISO 639-1. Default: the country's. */
  readonly language?: string | undefined;
}

/**
 * The holidays of a country from the package `date-holidays`, for {@link calendar}:
 * `publicHolidays(Holidays, "DE", { state: "BY" })` with `import Holidays from "date-holidays"`. A day counts where it is
 * one by local date; several names are joined by "; ", and a holiday of several days is on each. One that starts within
 * a day (Christmas Eve from 14:00) is left out: half of it is worked.
 *
 * The data of date-holidays is licensed CC BY-SA 3.0 in parts taken from Wikipedia and ISC otherwise: name it where you
 * publish the calendar.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where it has no such country, state or region.
 */
export function publicHolidays(
  holidays: HolidaysClass,
  country: string,
  options: PublicHolidaysOptions = {},
): HolidaysOfYear {
  const { state = "", region = "", types = ["public"], language } = options;
  const source = new holidays(country, state, region);
  assertPlace(source, country, state, region);
  const daysOf = (year: number): [string, string][] =>
    source
      .getHolidays(year, language)
      .filter(({ type, date }) => (types as string[]).includes(type) && startsDay(date))
      .flatMap(({ date, start, end, name }) => {
        const first = dayNumber(date.slice(0, 10));
        const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / 86_400_000));
        return Array.from({ length: days }, (_, k): [string, string] => [
          formatDate(first + k),
          name,
        ]);
      });
  // A holiday of several days may reach over from the year before.
  return (year) =>
    namedDays(
      [...daysOf(year - 1), ...daysOf(year)].filter(([day]) => Number(day.slice(0, 4)) === year),
    );
}

/** Dates are local: "2026-04-02 00:00:00 -0600" is the day 2026-04-02, the last part being when it begins the evening before. */
function startsDay(date: string): boolean {
  return date.slice(10, 19) === " 00:00:00";
}

function assertPlace(
  source: InstanceType<HolidaysClass>,
  country: string,
  state: string,
  region: string,
): void {
  const levels = [
    ["country", country, source.getCountries()],
    ["state", state, state === "" ? {} : source.getStates(country)],
    ["region", region, region === "" ? {} : source.getRegions(country, state)],
  ] as const;
  for (const [level, code, known = {}] of levels) {
    if (code === "" || Object.hasOwn(known, code)) continue;
    throw invalidDefinition(
      `date-holidays has no ${level} "${code}".`,
      `It has ${Object.keys(known).slice(0, 60).join(", ")}.`,
    );
  }
}
