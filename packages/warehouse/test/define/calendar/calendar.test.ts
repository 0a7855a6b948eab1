import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, frenchHolidays, nrfCalendar, openWarehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("a calendar", () => {
  let engine: SqlEngine;
  beforeAll(async () => {
    engine = duckdb(":memory:");
    const days = calendar("dim_date", { from: "1899-12-25", to: "2101-01-07" });
    await openWarehouse(engine, { days });
  });
  afterAll(() => engine.close());

  it("says of two centuries of days what DuckDB says of them", async () => {
    const different = await engine
      .query(
        `SELECT date FROM dim_date WHERE date IS NOT NULL AND NOT (
  date_key = strftime(date, '%Y%m%d')::bigint AND year = year(date) AND month = month(date)
  AND day = day(date) AND quarter = quarter(date) AND iso_year = isoyear(date) AND iso_week = week(date)
  AND day_of_week = isodow(date) AND day_of_year = dayofyear(date)
  AND year_month = strftime(date, '%Y-%m') AND month_name = monthname(date) AND day_name = dayname(date)
  AND is_weekend = (isodow(date) > 5) AND is_month_end = (last_day(date) = date)
  AND is_business_day = (isodow(date) <= 5) AND holiday_name IS NULL AND NOT is_holiday
  AND fiscal_year = year(date) AND fiscal_quarter = quarter(date) AND fiscal_period = month(date)
  AND fiscal_week = (dayofyear(date) - 1) // 7 + 1 AND day_number = date - DATE '1970-01-01'
  AND week_of_month = (CAST(date_trunc('week', date) AS DATE) - CAST(date_trunc('week', date_trunc('month', date)) AS DATE)) // 7 + 1
  AND season = CASE WHEN month(date) IN (12, 1, 2) THEN 'winter' WHEN month(date) < 6 THEN 'spring'
    WHEN month(date) < 9 THEN 'summer' ELSE 'autumn' END
  AND same_date_last_year = CAST(date - INTERVAL 1 YEAR AS DATE) AND same_weekday_last_year = date - 364
  AND retail_year IS NULL AND retail_quarter IS NULL AND retail_period IS NULL AND retail_week IS NULL)`,
      )
      .rows();
    expect(different).toEqual([]);
    const { n } = await engine
      .query("SELECT count(*) AS n FROM dim_date WHERE date BETWEEN '1900-01-01' AND '2100-12-31'")
      .row();
    expect(n).toBe(73_414n);
  });

  it("knows the first and the last days there are", async () => {
    await using other = duckdb(":memory:");
    for (const [name, from, to] of [
      ["dim_first", "0001-01-01", "0005-12-31"],
      ["dim_last", "9998-01-01", "9999-12-31"],
    ] as const) {
      await openWarehouse(other, { days: calendar(name, { from, to }) });
      const different = await other
        .query(
          `SELECT date FROM ${name} WHERE date IS NOT NULL AND NOT (iso_year = isoyear(date)
  AND iso_week = week(date) AND day_of_year = dayofyear(date) AND date_key = strftime(date, '%Y%m%d')::bigint)`,
        )
        .rows();
      expect(different).toEqual([]);
    }
  });

  it("is filled once, and grows when the range does", async () => {
    await using other = duckdb(":memory:");
    const count = async (to: string): Promise<unknown> => {
      await openWarehouse(other, { days: calendar("dim_date", { from: "2026-01-01", to }) });
      return (await other.query("SELECT count(*) AS n FROM dim_date").row())["n"];
    };
    expect(await count("2026-01-31")).toBe(33n);
    expect(await count("2026-01-31")).toBe(33n);
    expect(await count("2026-02-28")).toBe(61n);
  });

  it("has fiscal years, holidays and names as asked for", async () => {
    await using other = duckdb(":memory:");
    const days = calendar("dim_date", {
      from: "2026-03-30",
      to: "2026-04-06",
      locale: "fr",
      fiscalStartMonth: 4,
      holidays: frenchHolidays,
    });
    await openWarehouse(other, { days });
    const rows = await other
      .query("SELECT * FROM dim_date WHERE date IS NOT NULL ORDER BY 1")
      .rows();
    expect(rows[1]).toMatchObject({
      date: "2026-03-31",
      fiscal_year: 2026,
      fiscal_quarter: 4,
      day_name: "mardi",
      month_name: "mars",
      is_business_day: true,
    });
    expect(rows[2]).toMatchObject({ date: "2026-04-01", fiscal_year: 2027, fiscal_quarter: 1 });
    expect(rows[7]).toMatchObject({ holiday_name: "Lundi de Pâques", is_business_day: false });
  });

  it("numbers fiscal years and business days from any month and weekend, as DuckDB counts them", async () => {
    await using other = duckdb(":memory:");
    const holidays = frenchHolidays;
    for (const start of [2, 4, 7, 10, 12]) {
      const days = calendar(`dim_${start}`, {
        from: "2019-01-01",
        to: "2029-12-31",
        fiscalStartMonth: start,
        weekend: start % 2 === 0 ? [5, 6] : [7],
        hemisphere: "south",
        holidays,
      });
      await openWarehouse(other, { days });
      const different = await other
        .query(
          `SELECT * FROM (SELECT *, CAST(date - to_months(${start - 1}) AS DATE) AS moved,
  sum(CAST(is_business_day AS INT)) OVER (PARTITION BY year, month ORDER BY date) AS worked FROM dim_${start}) WHERE date IS NOT NULL
AND NOT (working_day_of_month = worked AND fiscal_period = month(date_trunc('month', date) - to_months(${start - 1}))
  AND fiscal_year = year(date_trunc('month', date) - to_months(${start - 1})) + 1 AND fiscal_quarter = (fiscal_period - 1) // 3 + 1
  AND fiscal_week = (date - make_date(fiscal_year - 1, ${start}, 1)) // 7 + 1
  AND is_weekend = (day_of_week IN (${start % 2 === 0 ? "5, 6" : "7"}))
  AND is_holiday = (holiday_name IS NOT NULL) AND is_business_day = NOT (is_weekend OR is_holiday)
  AND season = CASE WHEN month IN (12, 1, 2) THEN 'summer' WHEN month < 6 THEN 'autumn'
    WHEN month < 9 THEN 'winter' ELSE 'spring' END)`,
        )
        .rows();
      expect(different, String(start)).toEqual([]);
    }
  });

  it("names months and days as Intl does, in any language", async () => {
    await using other = duckdb(":memory:");
    for (const locale of ["fr-FR", "de", "ja", "ar-EG"]) {
      const name = `dim_${locale.slice(0, 2)}`;
      const days = calendar(name, { from: "2026-01-01", to: "2026-12-31", locale });
      await openWarehouse(other, { days });
      const rows = await other
        .query(`SELECT date, month_name, day_name FROM ${name} WHERE date_key > 0`)
        .rows();
      for (const row of rows) {
        const at = new Date(`${String(row["date"])}T00:00:00Z`);
        const named = (options: Intl.DateTimeFormatOptions): string =>
          at.toLocaleDateString(locale, { ...options, timeZone: "UTC" });
        expect(row["month_name"]).toBe(named({ month: "long" }));
        expect(row["day_name"]).toBe(named({ weekday: "long" }));
      }
      expect(rows).toHaveLength(365);
    }
  });

  it("refuses a range that is none", () => {
    const code = "WAREHOUSE_INVALID_DEFINITION";
    const refused = (options: object): unknown => {
      try {
        return calendar("dim_date", options);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(refused({ from: "2026-01-01" })).toBe(code);
    expect(refused({ from: "2026-02-01", to: "2026-01-01" })).toBe(code);
    expect(refused({ from: "2026-02-30", to: "2026-03-01" })).toBe(code);
    expect(refused({ fiscalStartMonth: 13 })).toBe(code);
    expect(refused({ start: "2026-01-01" })).toBe(code);
    expect(refused({ weekend: [0] })).toBe(code);
    expect(refused({ hemisphere: "east" })).toBe(code);
    expect(refused({ retail: { ...nrfCalendar, pattern: "4-4-4" } })).toBe(code);
    expect(refused({ retail: { ...nrfCalendar, endWeekday: 8 } })).toBe(code);
  });
});
