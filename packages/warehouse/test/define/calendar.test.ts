import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, frenchHolidays, openWarehouse } from "@lakewright/warehouse";
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
  AND is_business_day = (isodow(date) <= 5) AND holiday_name IS NULL
  AND fiscal_year = year(date) AND fiscal_quarter = quarter(date))`,
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
  });
});

describe("the holidays of France", () => {
  it("move with Easter, as J.-M. Oudin's algorithm has it for every year from 1600 to 2400", () => {
    for (let year = 1600; year <= 2400; year++) {
      const monday = new Date(oudin(year).getTime() + 86_400_000).toISOString().slice(0, 10);
      expect(frenchHolidays(year).get(monday), String(year)).toContain("Lundi de Pâques");
    }
  });

  it("are those of the law in 2026", () => {
    expect([...frenchHolidays(2026).keys()]).toEqual(
      "2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 2026-11-11 2026-12-25".split(
        " ",
      ),
    );
  });

  it("may share a day, and are two more in Alsace and Moselle", () => {
    expect(frenchHolidays(2008).get("2008-05-01")).toBe("Fête du Travail; Ascension");
    const east = frenchHolidays(2026, { alsaceMoselle: true });
    expect(east.get("2026-04-03")).toBe("Vendredi saint");
    expect(east.get("2026-12-26")).toBe("Saint Étienne");
    expect(east.size).toBe(13);
  });
});

/** Easter Sunday. Source: J.-M. Oudin (1940), in Explanatory Supplement to the Astronomical Almanac. */
function oudin(year: number): Date {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const k = Math.floor((century - 17) / 25);
  let i =
    (century - Math.floor(century / 4) - Math.floor((century - k) / 3) + 19 * golden + 15) % 30;
  i -=
    Math.floor(i / 28) *
    (1 - Math.floor(i / 28) * Math.floor(29 / (i + 1)) * Math.floor((21 - golden) / 11));
  const j = (year + Math.floor(year / 4) + i + 2 - century + Math.floor(century / 4)) % 7;
  const l = i - j;
  const month = 3 + Math.floor((l + 40) / 44);
  const day = l + 28 - 31 * Math.floor(month / 4);
  return new Date(Date.UTC(year, month - 1, day));
}
