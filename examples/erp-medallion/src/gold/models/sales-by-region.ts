import { decimal, float64, int64, nullable, utf8 } from "@lakewright/core";
import {
  and,
  coalesce,
  eq,
  expr,
  incremental,
  lag,
  lte,
  model,
  type Query,
  type SelectContext,
} from "@lakewright/warehouse/models";
import { customers, dates, locations } from "../../silver/star/dimensions.ts";
import { sales } from "../../silver/star/facts.ts";
import { distinctIf, isOrder, isRevenue, percentOf, period, sumIf } from "../shared.ts";

export const salesByRegion = model("sales_by_region", {
  description: "Sales of each quarter by the place customers are delivered at.",
  columns: {
    location_key: int64(),
    period: utf8(),
    total_customers: int64(),
    total_orders: int64(),
    total_revenue: decimal(18, 2),
    revenue_per_customer: nullable(float64()),
    market_penetration_rate: nullable(float64()),
    growth_rate_vs_previous_period: nullable(float64()),
  },
  grain: ["location_key", "period"],
  materialize: incremental({ by: "key", key: ["location_key", "period"], deletes: "delete" }),
  docs: {
    location_key: "The place of the customer's current delivery address; -1 where it is not known.",
    period: "Quarter: 2025-Q3.",
    total_customers: "Customers with an order or an invoice in the quarter.",
    market_penetration_rate: "Customers / inhabitants of the place.",
    growth_rate_vs_previous_period:
      "Revenue / revenue of the quarter before − 1; null where there was none.",
  },
  select: ({ from }) => {
    const now = from({ q: perPlace(from) }).select(({ q }) => {
      const quarters = { partitionBy: [q.location_key], orderBy: [q.quarter_index] };
      return {
        location_key: q.location_key,
        year: q.year,
        quarter: q.quarter,
        quarter_index: q.quarter_index,
        customers: q.customers,
        orders: q.orders,
        revenue: q.revenue,
        last_index: lag(q.quarter_index).over(quarters),
        last_revenue: lag(q.revenue).over(quarters),
      };
    });
    return from({ n: now })
      .leftJoin({ l: locations }, ({ n, l }) => eq(l.location_key, n.location_key))
      .select(({ n, l }) => ({
        location_key: n.location_key,
        period: expr<string>`CONCAT(${n.year}, '-Q', ${n.quarter})`,
        total_customers: n.customers,
        total_orders: n.orders,
        total_revenue: n.revenue,
        revenue_per_customer: percentOf(n.revenue, n.customers, 1),
        market_penetration_rate: percentOf(n.customers, l.population, 1),
        growth_rate_vs_previous_period: expr<number>`(1e0 * ${n.revenue} / (CASE WHEN ${n.last_revenue} > 0 AND ${n.last_index} = ${n.quarter_index} - 1 THEN ${n.last_revenue} END) - 1)`,
      }));
  },
});

/** Sales by place and quarter, quarters numbered without gaps. */
function perPlace(
  from: SelectContext["from"],
): Query<
  "location_key" | "year" | "quarter" | "quarter_index" | "customers" | "orders" | "revenue"
> {
  return from({ f: sales })
    .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
    .leftJoin({ c: customers }, ({ v, c }) =>
      and(eq(c.customer_id, v.customer_id), eq(c.is_current, true)),
    )
    .leftJoin({ l: locations }, ({ c, l }) =>
      and(eq(l.zipcode, c.delivery_zipcode), eq(l.city, c.delivery_city)),
    )
    .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
    .crossJoin({ r: period })
    .where(({ f, d, r }) =>
      and(lte(d.day_number, r.as_of_day), expr`(${isOrder(f)} OR ${isRevenue(f)})`),
    )
    .groupBy(({ l, d }) => [coalesce(l.location_key, -1), d.year, d.quarter])
    .select(({ f, v, l, d }) => ({
      location_key: coalesce(l.location_key, -1),
      year: d.year,
      quarter: d.quarter,
      quarter_index: expr<number>`(${d.year} * 4 + ${d.quarter})`,
      customers: distinctIf(expr`1 = 1`, v.customer_id),
      orders: distinctIf(isOrder(f), f.document_number),
      revenue: sumIf(isRevenue(f), f.net_amount_excl_tax),
    }));
}
