import {
  bool,
  type Column,
  type Columns,
  date,
  defineTable,
  int32,
  nullable,
  utf8,
} from "@lakewright/core";
import { assertKnown } from "../options.ts";
import { dayNumber } from "./days.ts";
import type { Dimension } from "./dimension.ts";
import { assertDistinct, invalidDefinition } from "./names.ts";

/** The columns of a calendar, besides its key yyyymmdd: what {@link CalendarDay} says. */
export interface CalendarColumns extends Columns {
  readonly date: Column<string>;
  readonly year: Column<number>;
  readonly quarter: Column<number>;
  readonly month: Column<number>;
  readonly day: Column<number>;
  readonly iso_year: Column<number>;
  readonly iso_week: Column<number>;
  readonly day_of_week: Column<number>;
  readonly day_of_year: Column<number>;
  readonly year_month: Column<string>;
  readonly month_name: Column<string>;
  readonly day_name: Column<string>;
  readonly fiscal_year: Column<number>;
  readonly fiscal_quarter: Column<number>;
  readonly is_weekend: Column<boolean>;
  readonly is_month_end: Column<boolean>;
  readonly holiday_name: Column<string | null, string | null | undefined>;
  readonly is_business_day: Column<boolean>;
}

const columns: CalendarColumns = {
  date: date(),
  year: int32(),
  quarter: int32(),
  month: int32(),
  day: int32(),
  iso_year: int32(),
  iso_week: int32(),
  day_of_week: int32(),
  day_of_year: int32(),
  year_month: utf8(),
  month_name: utf8(),
  day_name: utf8(),
  fiscal_year: int32(),
  fiscal_quarter: int32(),
  is_weekend: bool(),
  is_month_end: bool(),
  holiday_name: nullable(utf8()),
  is_business_day: bool(),
};

export interface CalendarOptions {
  /** First day filled when the warehouse is opened. Default: none; days are added as facts name them. */
  readonly from?: string | undefined;
  /** Last day filled, included. */
  readonly to?: string | undefined;
  /** Language of the names of months and days. Default "en". */
  readonly locale?: string | undefined;
  /** The month a fiscal year starts in, 1 to 12; it is named after the year it ends in. Default 1. */
  readonly fiscalStartMonth?: number | undefined;
  /** The public holidays of a year: day → name, such as {@link frenchHolidays}. Default none. */
  readonly holidays?: ((year: number) => ReadonlyMap<string, string>) | undefined;
  /** Name of the key, yyyymmdd. Default "date_key". */
  readonly surrogateKey?: string | undefined;
}

const OPTIONS: Readonly<Record<keyof CalendarOptions, true>> = {
  from: true,
  to: true,
  locale: true,
  fiscalStartMonth: true,
  holidays: true,
  surrogateKey: true,
};

/**
 * A dimension of days, filled by the warehouse itself: from `from` to `to` when it is opened, and whatever day a fact
 * names. A fact gives the natural key `date`, or a timestamp, of which the day in UTC counts.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function calendar(
  name: string,
  options: CalendarOptions = {},
): Dimension<CalendarColumns, "date"> {
  const known = Object.keys(OPTIONS);
  assertKnown(`Calendar "${name}"`, options, known, "WAREHOUSE_INVALID_DEFINITION");
  const { from, to, locale = "en", fiscalStartMonth = 1, surrogateKey = "date_key" } = options;
  if ((from === undefined) !== (to === undefined)) {
    throw invalidDefinition(`Calendar "${name}" needs both from and to, or neither.`);
  }
  if (from !== undefined && to !== undefined && dayNumber(to) < dayNumber(from)) {
    throw invalidDefinition(`Calendar "${name}" ends on ${to}, before it starts on ${from}.`);
  }
  if (!Number.isInteger(fiscalStartMonth) || fiscalStartMonth < 1 || fiscalStartMonth > 12) {
    throw invalidDefinition(`Calendar "${name}" has the fiscalStartMonth ${fiscalStartMonth}.`);
  }
  assertDistinct(name, [surrogateKey, ...Object.keys(columns)]);
  const result: Dimension<CalendarColumns, "date"> = {
    kind: "dimension",
    name,
    input: defineTable(name, columns),
    key: ["date"],
    surrogateKey,
    versioning: "scd0",
    tracked: [],
    overwritten: [],
    updatedAt: undefined,
    firstVersionFrom: "change",
    days: { from, to, locale, fiscalStartMonth, holidays: options.holidays },
  };
  return Object.freeze(result);
}
