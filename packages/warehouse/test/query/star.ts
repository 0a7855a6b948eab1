import { date, decimal, float64, int32, nullable, timestamp, utf8 } from "@lakewright/core";
import { calendar, dimension, fact } from "@lakewright/warehouse";
import {
  avg,
  count,
  countDistinct,
  expression,
  last,
  max,
  metrics,
  min,
  ratio,
  sum,
} from "@lakewright/warehouse/query";
import { sql } from "@lakewright/sql";

export const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});
export const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users, date: calendar("dim_date") },
  attributes: { date: date(), sold_at: timestamp("us"), channel: utf8() },
  measures: { amount: decimal(14, 2), pieces: int32(), weight: nullable(float64()) },
  eventTime: "sold_at",
});
/** Its day is a member of the calendar only; some have none. */
export const readings = fact("fact_readings", {
  grain: ["reading"],
  dimensions: { day: { dimension: sales.roles[1]!.dimension, absent: "notApplicable" } },
  measures: { level: int32() },
});
export const stock = fact("fact_stock", {
  grain: ["shop"],
  dimensions: {},
  measures: { pieces: int32() },
  snapshot: { date: "snapshot_date", version: "snapshot_version" },
});

export const saleMetrics = metrics(sales, {
  measures: {
    revenue: sum("amount"),
    pieces: sum("pieces"),
    weight: sum("weight"),
    orders: count(),
    weighed: count("weight"),
    buyers: countDistinct("user"),
    channels: countDistinct("channel"),
    web_revenue: sum("amount", { where: sql`f.channel = 'web'` }),
    mean_amount: avg("amount"),
    basket: ratio("revenue", "orders"),
    first_sale: min("sold_at"),
    largest: max("amount"),
    weighted: expression(sql`SUM(f.amount * f.pieces)`),
  },
});
export const readingMetrics = metrics(readings, {
  measures: { readings: count(), level: last("level", "day") },
});
export const stockMetrics = metrics(stock, {
  measures: { level: last("pieces", "snapshot_date"), shops: countDistinct("shop") },
});

export interface Sale {
  readonly sale: string;
  readonly user_id: string;
  readonly date: string;
  readonly sold_at: string;
  readonly channel: string;
  readonly amount: string;
  readonly pieces: number;
  readonly weight: number | null;
}

/** Members change their country in the middle of the year. */
export const userRows = (later: boolean): { user_id: string; country: string | null }[] =>
  Array.from({ length: 7 }, (_, k) => ({
    user_id: `u${k}`,
    country: k === 6 ? null : ["FR", "BE", "DE"][(k + (later && k % 2 ? 1 : 0)) % 3]!,
  }));

export const saleRows: readonly Sale[] = Array.from({ length: 400 }, (_, k) => {
  const day = new Date(Date.UTC(2026, 0, 1 + ((k * 7) % 364)));
  const at = new Date(day.getTime() + ((k * 3_737) % 86_400) * 1000);
  return {
    sale: `s${k}`,
    user_id: `u${(k * 5) % 8}`,
    date: day.toISOString().slice(0, 10),
    sold_at: at.toISOString(),
    channel: ["web", "shop", "phone"][k % 3]!,
    amount: (((k * 7919) % 100_000) / 100).toFixed(2),
    pieces: 1 + (k % 5),
    weight: k % 4 === 0 ? null : (k % 9) / 2,
  };
});

/** Days of two years whose weeks are those of another year at both ends. */
export const readingRows: readonly { reading: string; date: string | null; level: number }[] =
  Array.from({ length: 200 }, (_, k) => ({
    reading: `r${k}`,
    date:
      k % 23 === 0
        ? null
        : new Date(Date.UTC(2024, 11, 20 + ((k * 11) % 400))).toISOString().slice(0, 10),
    level: (k * 31) % 17,
  }));

/** The country of a buyer at a sale: u7 is known to no one. */
export function countryOf({ user_id, sold_at }: Sale): string | null {
  return (
    userRows(sold_at >= "2026-07-01").find((user) => user.user_id === user_id)?.country ?? null
  );
}
