import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, timeOfDay, WarehouseError } from "@lakewright/warehouse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

describe("a clock", () => {
  let engine: SqlEngine;
  beforeEach(() => {
    engine = duckdb(":memory:");
  });
  afterEach(() => engine.close());

  const count = async (table: string): Promise<unknown> =>
    (await engine.query(`SELECT count(*) AS n FROM ${table} WHERE time IS NOT NULL`).row())["n"];

  it("has every second of a day, as DuckDB takes them apart", async () => {
    await openWarehouse(engine, { times: timeOfDay("dim_time", { grain: "second" }) });
    const different = await engine
      .query(
        `SELECT time FROM (SELECT *, TIME '00:00:00' + to_seconds(time_key) AS t FROM dim_time) WHERE time IS NOT NULL
AND NOT (time = strftime(DATE '2026-01-01' + t, '%H:%M:%S') AND hour = hour(t) AND minute = minute(t) AND second = second(t)
  AND second_of_day = time_key AND minute_of_day = hour(t) * 60 + minute(t)
  AND lpad(hour_12::varchar, 2, '0') || am_pm = strftime(DATE '2026-01-01' + t, '%I%p')
  AND is_business_hour = (hour(t) BETWEEN 9 AND 17)
  AND day_part = CASE WHEN hour(t) < 6 OR hour(t) >= 22 THEN 'night' WHEN hour(t) < 12 THEN 'morning'
    WHEN hour(t) < 18 THEN 'afternoon' ELSE 'evening' END)`,
      )
      .rows();
    expect(different).toEqual([]);
    expect(await count("dim_time")).toBe(86_400n);
    const special = await engine.query("SELECT time_key FROM dim_time WHERE time IS NULL").rows();
    expect(special.map((row) => row["time_key"]).sort()).toEqual([-1n, -2n]);
  });

  it("has minutes under the digits of the time, with the hours and parts asked for", async () => {
    const times = timeOfDay("dim_time", {
      key: "hhmmss",
      businessHours: [
        ["08:30", "12:00"],
        ["13:00", "17:00"],
      ],
      dayParts: [
        { name: "nuit", from: "20:00", to: "08:00" },
        { name: "jour", from: "08:00", to: "19:30" },
      ],
      locale: "fr",
    });
    await openWarehouse(engine, { times });
    await openWarehouse(engine, { times });
    expect(await count("dim_time")).toBe(1440n);
    const rows = await engine
      .query(
        "SELECT time_key, time_name, day_part, is_business_hour FROM dim_time WHERE time_key IN (0, 82900, 83000, 120000, 194500, 235900) ORDER BY 1",
      )
      .rows();
    expect(rows).toEqual([
      { time_key: 0n, time_name: "00:00", day_part: "nuit", is_business_hour: false },
      { time_key: 82_900n, time_name: "08:29", day_part: "jour", is_business_hour: false },
      { time_key: 83_000n, time_name: "08:30", day_part: "jour", is_business_hour: true },
      { time_key: 120_000n, time_name: "12:00", day_part: "jour", is_business_hour: false },
      { time_key: 194_500n, time_name: "19:45", day_part: null, is_business_hour: false },
      { time_key: 235_900n, time_name: "23:59", day_part: "nuit", is_business_hour: false },
    ]);
  });

  it("is made whole again where times are missing", async () => {
    const times = timeOfDay("dim_time");
    await openWarehouse(engine, { times });
    await engine.execute("DELETE FROM dim_time WHERE hour = 12 OR time IS NULL");
    await openWarehouse(engine, { times });
    expect(await count("dim_time")).toBe(1440n);
  });

  it("refuses what is no time, no grain and no key of it", () => {
    for (const options of [
      { grain: "hour" },
      { grain: "second", key: "minutes" },
      { key: "digits" },
      { businessHours: [["9:00", "18:00"]] },
      { businessHours: [["09:60", "18:00"]] },
      { dayParts: [{ name: "late", from: "22:00", to: "25:00" }] },
      { hours: [] },
    ]) {
      expect(() => timeOfDay("dim_time", options as never)).toThrow(WarehouseError);
    }
  });
});
