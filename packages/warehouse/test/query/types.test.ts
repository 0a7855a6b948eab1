import {
  date,
  type Decimal,
  decimal,
  float64,
  int32,
  nullable,
  oneOf,
  timestamp,
  uint8,
  utf8,
} from "@lakewright/core";
import { sql } from "@lakewright/sql";
import { calendar, dimension, fact, type Warehouse } from "@lakewright/warehouse";
import {
  avg,
  count,
  countDistinct,
  expression,
  last,
  max,
  type Metrics,
  metrics,
  type MetricsQuery,
  min,
  type Queries,
  ratio,
  sum,
} from "@lakewright/warehouse/query";
import { describe, expect, expectTypeOf, it } from "vitest";

const places = dimension("dim_places", { key: ["zip"], columns: { zip: utf8(), city: utf8() } });
const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: utf8(), since: nullable(timestamp("ms")) },
  references: { home: { dimension: places, key: { zip: "home_zip" } } },
});
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users, day: { dimension: calendar("dim_date"), key: { date: "sold_on" } } },
  attributes: { sold_on: date(), channel: oneOf(["web", "shop"]), note: nullable(utf8()) },
  measures: { amount: decimal(14, 2), pieces: int32(), weight: nullable(float64()) },
});
const stock = fact("fact_stock", {
  grain: ["shop"],
  dimensions: {},
  measures: { level: uint8() },
  snapshot: { date: "read_on", version: "version" },
});
const measures = metrics(sales, {
  measures: {
    revenue: sum("amount"),
    pieces: sum("pieces"),
    weight: sum("weight"),
    mean: avg("amount"),
    orders: count(),
    noted: count("note"),
    buyers: countDistinct("user"),
    first_channel: min("channel"),
    newest: max("sold_on"),
    basket: ratio("revenue", "orders"),
    raw: expression(sql`SUM(f.pieces)`),
    cast: expression(sql`SUM(f.amount * 2)`, nullable(decimal(38, 2))),
  },
});
const levels = metrics(stock, { measures: { level: last("level", "read_on") } });

/** Never runs: what it would be is what is told. */
const asked = undefined as unknown as Queries;
const never = Math.PI > 4;
function rowOf<R>(_ask: () => Promise<{ rows(): readonly R[] }>): R {
  return undefined as R;
}

describe("the rows of an answer", () => {
  it("have the types of the measures", () => {
    const row = rowOf(() =>
      asked.run(measures, {
        measures: [
          "revenue",
          "pieces",
          "weight",
          "mean",
          "orders",
          "noted",
          "buyers",
          "first_channel",
          "newest",
          "basket",
          "raw",
          "cast",
        ],
      }),
    );
    expectTypeOf(row).toEqualTypeOf<{
      readonly revenue: Decimal | null;
      readonly pieces: bigint | null;
      readonly weight: number | null;
      readonly mean: number | null;
      readonly orders: bigint;
      readonly noted: bigint;
      readonly buyers: bigint;
      readonly first_channel: "web" | "shop" | null;
      readonly newest: string | null;
      readonly basket: number | null;
      readonly raw: unknown;
      readonly cast: Decimal | null;
    }>();
    const rowLevels = rowOf(() =>
      asked.run(levels, { measures: ["level"], by: ["read_on", "version"] }),
    );
    expectTypeOf(rowLevels).toEqualTypeOf<{
      readonly read_on: string;
      readonly version: number;
      readonly level: bigint | null;
    }>();
  });

  it("have what they are grouped by, which a member may not have", () => {
    const row = rowOf(() =>
      asked.run(measures, {
        measures: ["orders"],
        by: [
          "channel",
          "note",
          "user_key",
          "user.country",
          "user.since",
          "user.home_key",
          "user.is_inferred",
          "day.month_name",
          "day.is_weekend",
          { time: "day", grain: "month" },
          { time: "sold_on", grain: "year", as: "year" },
        ],
        where: { "user.country": ["FR", null], channel: "web", "day.year": 2026 },
        having: { revenue: { from: "10" } },
      }),
    );
    expectTypeOf(row).toEqualTypeOf<{
      readonly channel: "web" | "shop";
      readonly note: string | null;
      readonly user_key: bigint;
      readonly "user.country": string | null;
      readonly "user.since": Date | null;
      readonly "user.home_key": bigint | null;
      readonly "user.is_inferred": boolean | null;
      readonly "day.month_name": string | null;
      readonly "day.is_weekend": boolean | null;
      readonly day_month: string | null;
      readonly year: string | null;
      readonly orders: bigint;
    }>();
  });

  it("are of any columns where nothing is known of the question", () => {
    const row = rowOf(() => asked.run(measures as Metrics, {} as MetricsQuery));
    expectTypeOf(row).toEqualTypeOf<Record<string, unknown>>();
    expectTypeOf(measures).toExtend<Metrics>();
  });

  it("are refused with a name that is not there, before anything runs", () => {
    if (never) {
      // @ts-expect-error: no measure
      void asked.run(measures, { measures: ["revenu"] });
      // @ts-expect-error: no column of the dimension
      void asked.run(measures, { measures: ["orders"], by: ["user.contry"] });
      // @ts-expect-error: no key of the dimension, nor of an outrigger of it
      void asked.run(measures, { measures: ["orders"], by: ["user.contry_key"] });
      // @ts-expect-error: no column of the calendar
      void asked.run(measures, { measures: ["orders"], by: ["day.mont"] });
      // @ts-expect-error: no time
      void asked.run(measures, { measures: ["orders"], by: [{ time: "channel", grain: "day" }] });
      // @ts-expect-error: no grain
      void asked.run(measures, { measures: ["orders"], by: [{ time: "day", grain: "hour" }] });
      // @ts-expect-error: no dimension to filter on
      void asked.run(measures, { measures: ["orders"], where: { chanel: "web" } });
      // @ts-expect-error: no measure to filter on
      void asked.run(measures, { measures: ["orders"], having: { order: { from: 1 } } });
      // @ts-expect-error: no option
      void asked.run(measures, { measures: ["orders"], limt: 3 });
    }
    expect(measures.measures.revenue).toMatchObject({ column: "amount" });
  });
});

describe("measures", () => {
  it("are refused where the fact has no such column, or none to add up", () => {
    // @ts-expect-error: no column of the fact
    expect(() => metrics(sales, { measures: { x: sum("amont") } })).toThrow('names "amont"');
    // @ts-expect-error: a surrogate key
    expect(() => metrics(sales, { measures: { x: sum("user_key") } })).toThrow("surrogate key");
    // @ts-expect-error: a surrogate key
    expect(() => metrics(sales, { measures: { x: avg("day_key") } })).toThrow("surrogate key");
    // @ts-expect-error: no number
    expect(() => metrics(sales, { measures: { x: avg("channel") } })).toThrow("adds up");
    // @ts-expect-error: no column of the fact
    expect(() => metrics(sales, { measures: { x: max("user") } })).toThrow('names "user"');
    // @ts-expect-error: no column of the fact
    expect(() => metrics(sales, { measures: { x: count("amont") } })).toThrow('names "amont"');
    // @ts-expect-error: neither a column nor a role
    expect(() => metrics(sales, { measures: { x: countDistinct("usr") } })).toThrow('"usr"');
    // @ts-expect-error: no time of the fact
    expect(() => metrics(sales, { measures: { x: last("pieces", "channel") } })).toThrow("no time");
    expect(() =>
      // @ts-expect-error: no measure
      metrics(sales, { measures: { x: count(), y: ratio("x", "z") } }),
    ).toThrow('"z"');
  });
});

describe("a member at a moment", () => {
  it("has the key of its version, and may have nothing else", () => {
    const row = rowOf(async () => {
      const warehouse = undefined as unknown as Warehouse;
      const rows = await warehouse.asOf(users, "2026-01-01").rows();
      return { rows: () => rows };
    });
    expectTypeOf(row).toEqualTypeOf<{
      readonly users_key: bigint;
      readonly user_id: string;
      readonly country: string | null;
      readonly since: Date | null;
      readonly home_zip: string | null;
      readonly valid_from: bigint;
      readonly valid_to: bigint | null;
    }>();
  });
});
