import { date, decimal, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import {
  bridge,
  calendar,
  dimension,
  fact,
  junkDimension,
  type StarTable,
  timeOfDay,
} from "@lakewright/warehouse";

/** A star with one of everything. */
export const places = dimension("dim_places", {
  key: ["zip"],
  columns: { zip: utf8(), city: nullable(utf8()) },
});
export const users = dimension("dim_users", {
  key: ["tenant", "user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: { tenant: utf8(), user_id: utf8(), country: nullable(utf8()) },
  references: { home: { dimension: places, key: { zip: "home_zip" }, absent: "notApplicable" } },
});
export const products = dimension("dim_products", {
  key: ["sku"],
  columns: { sku: utf8(), price: nullable(decimal(12, 2)) },
});
export const flags = junkDimension("dim_flags", { columns: { paid: utf8(), gift: utf8() } });
export const days = calendar("dim_date", { from: "2026-01-01", to: "2026-01-31" });
export const times = timeOfDay("dim_time");
export const sales = fact("fact_sales", {
  grain: ["sale_id"],
  dimensions: {
    user: users,
    product: products,
    flags,
    sold: { dimension: days, key: { date: "sold_at" } },
    time: { dimension: times, key: { time: "sold_at" } },
  },
  attributes: { sold_at: timestamp("us"), note: nullable(utf8()) },
  measures: { amount: decimal(14, 2) },
  surrogateKey: "sale_key",
  eventTime: "sold_at",
});
export const orders = fact("fact_orders", {
  grain: ["order_id"],
  dimensions: {
    product: products,
    ordered: { dimension: days, key: { date: "ordered_on" } },
    shipped: { dimension: days, key: { date: "shipped_on" } },
    paid: { dimension: days, key: { date: "paid_on" } },
  },
  measures: { amount: int64() },
  milestones: ["ordered", "shipped", "paid"],
  lags: { days_to_ship: ["ordered", "shipped"], days_to_pay: ["ordered", "paid"] },
  onDelete: "setUnknown",
});
export const stock = fact("fact_stock", {
  grain: ["product"],
  dimensions: { product: products },
  measures: { units: int64() },
  snapshot: { date: "day", version: "version" },
  onDelete: "restrict",
});
export const visits = fact("fact_visits", {
  grain: ["user", "day"],
  dimensions: { user: users, day: { dimension: days, key: { date: "visited_on" } } },
  partitionBy: { column: "day", every: "month" },
});
export const events = fact("fact_events", {
  grain: ["event_id", "happened_on"],
  dimensions: {},
  attributes: { happened_on: date() },
  partitionBy: { column: "happened_on", every: "year" },
});
export const bundles = bridge("bridge_bundles", {
  between: {
    bundle: {
      dimension: dimension("dim_bundles", { key: ["bundle"], columns: { bundle: utf8() } }),
    },
    product: products,
  },
});

export const everything: Readonly<Record<string, StarTable>> = {
  sales,
  orders,
  stock,
  visits,
  events,
  bundles,
};
