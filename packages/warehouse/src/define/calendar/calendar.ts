import {
  bool,
  type Column,
  type Columns,
  date,
  defineTable,
  int32,
  nullable,
  oneOf,
  utf8,
} from "@lakewright/core";
import { assertKnown } from "../../options.ts";
import { dayNumber } from "./day-number.ts";
import type { DayRange, HolidaysOfYear, Season } from "./days.ts";
import { type Dimension, freezeDimension, plain } from "../dimension.ts";
import { invalidDefinition } from "../names.ts";
import type { RetailCalendar } from "./retail.ts";

type NullableColumn<T> = Column<T | null, T | null | undefined>;

/** The columns of a calendar, besides its key yyyymmdd: what {@link CalendarDay} says. */
export interface CalendarColumns extends Columns {
  readonly date: Column<string>;
  readonly day_number: Column<number>;
  readonly year: Column<number>;
  readonly quarter: Column<number>;
  readonly month: Column<number>;
  readonly day: Column<number>;
  readonly iso_year: Column<number>;
  readonly iso_week: Column<number>;
  readonly week_of_month: Column<number>;
  readonly day_of_week: Column<number>;
  readonly day_of_year: Column<number>;
  readonly year_month: Column<string>;
  readonly month_name: Column<string>;
  readonly day_name: Column<string>;
  readonly season: Column<Season>;
  readonly fiscal_year: Column<number>;
  readonly fiscal_quarter: Column<number>;
  readonly fiscal_period: Column<number>;
  readonly fiscal_week: Column<number>;
  readonly retail_year: NullableColumn<number>;
  readonly retail_quarter: NullableColumn<number>;
  readonly retail_period: NullableColumn<number>;
  readonly retail_week: NullableColumn<number>;
  readonly is_weekend: Column<boolean>;
  readonly is_month_end: Column<boolean>;
  readonly is_holiday: Column<boolean>;
  readonly holiday_name: NullableColumn<string>;
  readonly is_business_day: Column<boolean>;
  readonly working_day_of_month: Column<number>;
  readonly same_date_last_year: NullableColumn<string>;
  readonly same_weekday_last_year: NullableColumn<string>;
}

const columns: CalendarColumns = {
  date: date(),
  day_number: int32(),
  year: int32(),
  quarter: int32(),
  month: int32(),
  day: int32(),
  iso_year: int32(),
  iso_week: int32(),
  week_of_month: int32(),
  day_of_week: int32(),
  day_of_year: int32(),
  year_month: utf8(),
  month_name: utf8(),
  day_name: utf8(),
  season: oneOf(["winter", "spring", "summer", "autumn"]),
  fiscal_year: int32(),
  fiscal_quarter: int32(),
  fiscal_period: int32(),
  fiscal_week: int32(),
  retail_year: nullable(int32()),
  retail_quarter: nullable(int32()),
  retail_period: nullable(int32()),
  retail_week: nullable(int32()),
  is_weekend: bool(),
  is_month_end: bool(),
  is_holiday: bool(),
  holiday_name: nullable(utf8()),
  is_business_day: bool(),
  working_day_of_month: int32(),
  same_date_last_year: nullable(date()),
  same_weekday_last_year: nullable(date()),
};

/** The days a calendar has, and what it says of each. */
export interface CalendarOptions<S extends string = string> {
  /** First day filled when the warehouse is opened. Default: none; days are added as facts name them. */
  readonly from?: string | undefined;
  /** Last day filled, included. */
  readonly to?: string | undefined;
  /** Language of the names of months and days. Default "en". */
  readonly locale?: string | undefined;
  /** The month a fiscal year starts in, 1 to 12; it is named after the year it ends in. Default 1. */
  readonly fiscalStartMonth?: number | undefined;
  /** A calendar of whole weeks, such as {@link nrfCalendar}. Default: none, and the retail columns are null. */
  readonly retail?: RetailCalendar | undefined;
  /** Weekdays nobody works on, 1 being Monday. Default Saturday and Sunday, `[6, 7]`. */
  readonly weekend?: readonly number[] | undefined;
  /** Where the seasons are. Default "north". */
  readonly hemisphere?: "north" | "south" | undefined;
  /** The public holidays of a year: day → name, such as {@link frenchHolidays} and {@link publicHolidays}. Default none. */
  readonly holidays?: HolidaysOfYear | undefined;
  /** Name of the key, yyyymmdd. Default "date_key". */
  readonly surrogateKey?: S | undefined;
}

const OPTIONS: Readonly<Record<keyof CalendarOptions, true>> = {
  from: true,
  to: true,
  locale: true,
  fiscalStartMonth: true,
  retail: true,
  weekend: true,
  hemisphere: true,
  holidays: true,
  surrogateKey: true,
};

/**
 * A dimension of days, filled by the warehouse itself: from `from` to `to` when it is opened, and whatever day a fact
 * names. A fact gives the natural key `date`, or a timestamp, of which the day in UTC counts.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function calendar<const S extends string = "date_key">(
  name: string,
  options: CalendarOptions<S> = {},
): Dimension<CalendarColumns, "date", S, "scd0", never> {
  const known = Object.keys(OPTIONS);
  assertKnown(`Calendar "${name}"`, options, known, "WAREHOUSE_INVALID_DEFINITION");
  const { from, to, locale = "en", fiscalStartMonth = 1, surrogateKey = "date_key" } = options;
  const { retail, weekend = [6, 7], hemisphere = "north", holidays } = options;
  if ((from === undefined) !== (to === undefined)) {
    throw invalidDefinition(`Calendar "${name}" needs both from and to, or neither.`);
  }
  if (from !== undefined && to !== undefined && dayNumber(to) < dayNumber(from)) {
    throw invalidDefinition(`Calendar "${name}" ends on ${to}, before it starts on ${from}.`);
  }
  assertWithin(name, "fiscalStartMonth", fiscalStartMonth, 12);
  for (const day of weekend) assertWithin(name, "weekend", day, 7);
  if (hemisphere !== "north" && hemisphere !== "south") {
    throw invalidDefinition(`Calendar "${name}" has the hemisphere "${String(hemisphere)}".`);
  }
  if (retail !== undefined) assertRetail(name, retail);
  const days: DayRange = {
    from,
    to,
    locale,
    fiscalStartMonth,
    retail,
    weekend,
    hemisphere,
    holidays,
  };
  return freezeDimension({
    ...plain,
    name,
    input: defineTable(name, columns),
    key: ["date"],
    surrogateKey,
    days,
  }) as unknown as Dimension<CalendarColumns, "date", S, "scd0", never>;
}

function assertRetail(name: string, retail: RetailCalendar): void {
  const keys = ["pattern", "endMonth", "endWeekday", "endRule", "namedAfter"];
  assertKnown(`retail of calendar "${name}"`, retail, keys, "WAREHOUSE_INVALID_DEFINITION");
  const { pattern, endMonth, endWeekday, endRule, namedAfter } = retail;
  assertWithin(name, "retail.endMonth", endMonth, 12);
  assertWithin(name, "retail.endWeekday", endWeekday, 7);
  const isKnown =
    ["4-4-5", "4-5-4", "5-4-4"].includes(pattern) &&
    ["last", "nearest"].includes(endRule) &&
    ["start", "end"].includes(namedAfter);
  if (isKnown) return;
  throw invalidDefinition(
    `Calendar "${name}" has the retail calendar ${JSON.stringify(retail)}, which is none.`,
    'Start from nrfCalendar: { ...nrfCalendar, pattern: "4-4-5" }.',
  );
}

function assertWithin(name: string, option: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw invalidDefinition(
    `Calendar "${name}" has the ${option} ${value}; it is from 1 to ${most}.`,
  );
}
