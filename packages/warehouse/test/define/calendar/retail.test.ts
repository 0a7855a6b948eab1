import { nrfCalendar, type RetailCalendar } from "@lakewright/warehouse";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber } from "../../../src/define/calendar/day-number.ts";
import { daysBetween } from "../../../src/define/calendar/days.ts";
import { retailDescriber } from "../../../src/define/calendar/retail.ts";

/** First days of the retail years, by the calendars the National Retail Federation publishes (nrf.com/resources/4-5-4-calendar). */
const NRF =
  `2006-01-29 2007-02-04 2008-02-03 2009-02-01 2010-01-31 2011-01-30 2012-01-29 2013-02-03 2014-02-02 2015-02-01
2016-01-31 2017-01-29 2018-02-04 2019-02-03 2020-02-02 2021-01-31 2022-01-30 2023-01-29 2024-02-04 2025-02-02 2026-02-01`.split(
    /\s/,
  );
/** First days of the periods of 2023, which has 53 weeks. */
const NRF_2023 =
  "2023-01-29 2023-02-26 2023-04-02 2023-04-30 2023-05-28 2023-07-02 2023-07-30 2023-08-27 2023-10-01 2023-10-29 2023-11-26 2023-12-31".split(
    " ",
  );
/** Last days of the fiscal years of Apple Inc., "the last Saturday of September" (forms 10-K 2011 to 2024). */
const APPLE =
  "2011-09-24 2012-09-29 2013-09-28 2014-09-27 2015-09-26 2016-09-24 2017-09-30 2018-09-29 2019-09-28 2020-09-26 2021-09-25 2022-09-24 2023-09-30 2024-09-28".split(
    " ",
  );

const lastSaturdayOfSeptember: RetailCalendar = {
  pattern: "4-4-5",
  endMonth: 9,
  endWeekday: 6,
  endRule: "last",
  namedAfter: "end",
};

describe("a retail calendar", () => {
  it("starts its years and periods where the NRF's does, 2012, 2017 and 2023 having 53 weeks", () => {
    const placeOf = retailDescriber(nrfCalendar);
    const long: number[] = [];
    NRF.forEach((first, k) => {
      const year = 2006 + k;
      expect(placeOf(dayNumber(first)), first).toMatchObject({
        retail_year: year,
        retail_period: 1,
        retail_week: 1,
      });
      const before = placeOf(dayNumber(first) - 1);
      expect(before).toMatchObject({ retail_year: year - 1, retail_period: 12, retail_quarter: 4 });
      if (before.retail_week === 53) long.push(year - 1);
    });
    expect(long).toEqual([2006, 2012, 2017, 2023]);
    NRF_2023.forEach((first, k) => {
      expect(placeOf(dayNumber(first)).retail_period, first).toBe(k + 1);
      expect(placeOf(dayNumber(first) - 1).retail_period).toBe(k === 0 ? 12 : k);
    });
    expect(placeOf(dayNumber("2024-02-03"))).toEqual({
      retail_year: 2023,
      retail_quarter: 4,
      retail_period: 12,
      retail_week: 53,
    });
  });

  it("ends its years where a company does that closes on the last Saturday of September", () => {
    const placeOf = retailDescriber(lastSaturdayOfSeptember);
    const long = APPLE.filter((last, k) => {
      const { retail_year, retail_week } = placeOf(dayNumber(last));
      expect(retail_year).toBe(2011 + k);
      expect(placeOf(dayNumber(last) + 1)).toMatchObject({ retail_year: 2012 + k, retail_week: 1 });
      return retail_week === 53;
    });
    expect(long).toEqual(["2012-09-29", "2017-09-30", "2023-09-30"]);
  });

  it("has years of whole weeks, periods of its pattern and no gap, whatever its rule", () => {
    const calendars = fc.record({
      pattern: fc.constantFrom("4-4-5", "4-5-4", "5-4-4"),
      endMonth: fc.integer({ min: 1, max: 12 }),
      endWeekday: fc.integer({ min: 1, max: 7 }),
      endRule: fc.constantFrom("last", "nearest"),
      namedAfter: fc.constantFrom("start", "end"),
    } satisfies { [K in keyof RetailCalendar]: fc.Arbitrary<RetailCalendar[K]> });
    fc.assert(
      fc.property(calendars, fc.integer({ min: 1, max: 9980 }), (calendar, first) => {
        const placeOf = retailDescriber(calendar);
        const from = `${String(first).padStart(4, "0")}-01-01`;
        const to = `${String(first + 8).padStart(4, "0")}-12-31`;
        const sizes = new Map<string, number>();
        let before = placeOf(dayNumber(from) - 1);
        for (const date of daysBetween(from, to)) {
          const day = placeOf(dayNumber(date));
          const key = `${day.retail_year}/${day.retail_period}`;
          sizes.set(key, (sizes.get(key) ?? 0) + 1);
          const follows =
            day.retail_year === before.retail_year
              ? day.retail_week - before.retail_week <= 1 && day.retail_week >= before.retail_week
              : day.retail_year === before.retail_year + 1 && day.retail_week === 1;
          if (!follows || day.retail_quarter !== Math.ceil(day.retail_period / 3)) {
            expect.fail(`${date} is ${JSON.stringify(day)} after ${JSON.stringify(before)}`);
          }
          before = day;
        }
        const whole = [...sizes].slice(1, -1);
        const weeks = calendar.pattern.split("-").map(Number);
        for (const [key, days] of whole) {
          const period = Number(key.split("/")[1]);
          const usual = weeks[(period - 1) % 3]! * 7;
          expect(days === usual || (period === 12 && days === usual + 7), key).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});
