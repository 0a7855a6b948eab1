import { date, decimal, float64, int32, int64, nullable, utf8 } from "@lakewright/core";
import {
  acceptedValues,
  and,
  caseWhen,
  coalesce,
  eq,
  type Expr,
  expr,
  gt,
  gte,
  incremental,
  isNull,
  lte,
  max,
  min,
  model,
  ntile,
  subtract,
} from "@lakewright/warehouse/models";
import { customers, dates } from "../../silver/star/dimensions.ts";
import { sales } from "../../silver/star/facts.ts";
import {
  distinctIf,
  isOrder,
  isRevenue,
  percentOf,
  period,
  PERIOD_DAYS,
  sumIf,
} from "../shared.ts";

const money = decimal(18, 2);

export const salesByCustomer = model("sales_by_customer", {
  description:
    "What each customer bought in the year that ends today, and what that says about the next order.",
  columns: {
    customer_key: int64(),
    customer_id: utf8(),
    period_start_date: date(),
    period_end_date: date(),
    total_orders: int64(),
    total_revenue: money,
    total_margin: money,
    average_order_value: nullable(float64()),
    days_since_last_order: nullable(int32()),
    rfm_recency: int32(),
    rfm_frequency: int32(),
    rfm_monetary: int32(),
    rfm_score: utf8(),
    customer_segment: utf8(),
    lifetime_value: money,
    churn_probability: nullable(float64()),
    next_order_prediction_days: nullable(float64()),
  },
  grain: ["customer_key"],
  materialize: incremental({ by: "key", key: ["customer_key"], deletes: "delete" }),
  tests: [acceptedValues("customer_segment", ["VIP", "Regular", "At Risk", "Lost"])],
  docs: {
    customer_key: "The customer's current version; facts of all versions count.",
    total_orders: "Orders of the period that were not cancelled.",
    total_revenue: "Invoices less credit notes of the period, without tax, in euro.",
    rfm_recency:
      "Quintile of the last order's day among all customers, 5 the latest (Hughes, Strategic Database Marketing, 1994).",
    rfm_frequency: "Quintile of the orders of the period, 5 the most.",
    rfm_monetary: "Quintile of the revenue of the period, 5 the most.",
    customer_segment:
      "VIP: all three at least 4. Lost: recency 1 and frequency at most 2. At Risk: recency at most 2 otherwise. Regular: the others.",
    lifetime_value: "Invoices less credit notes of all years.",
    churn_probability:
      "1 − P(active), P(active) = (T / N)^n for n orders, T days from the first to the last, N days from the first to today (Reinartz and Kumar, Journal of Marketing 64, 2000). After one order: P = e^(−N / 365).",
    next_order_prediction_days:
      "Mean days between orders less the days since the last one, at least 0. Null before the second order.",
  },
  meta: {
    formulas: "A published rule, not a trained model: the ml tables replace these two columns.",
  },
  select: ({ from }) => {
    const bought = from({ f: sales })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
      .crossJoin({ r: period })
      .where(({ d, r }) => lte(d.day_number, r.as_of_day))
      .groupBy(({ v }) => [v.customer_id])
      .select(({ f, v, d, r }) => {
        const within = gte(d.day_number, r.period_start_day);
        const ordered = and(within, isOrder(f));
        const invoiced = and(within, isRevenue(f));
        const orderDay = caseWhen<number | null>([[isOrder(f), d.day_number]]);
        return {
          customer_id: v.customer_id,
          orders: distinctIf(ordered, f.document_number),
          ordered: sumIf(ordered, f.net_amount_excl_tax),
          revenue: sumIf(invoiced, f.net_amount_excl_tax),
          margin: sumIf(invoiced, f.margin_amount),
          lifetime: sumIf(isRevenue(f), f.net_amount_excl_tax),
          all_orders: distinctIf(isOrder(f), f.document_number),
          first_day: min(orderDay),
          last_day: max(orderDay),
        };
      });
    const ranked = from({ c: customers })
      .leftJoin({ b: bought }, ({ c, b }) => eq(b.customer_id, c.customer_id))
      .crossJoin({ r: period })
      .where(({ c }) => and(eq(c.is_current, true), gt(c.customer_key, 0)))
      .select(({ c, b, r }) => {
        const quintile = (value: Expr): Expr => ntile(5).over({ orderBy: [value, c.customer_id] });
        const zero = (value: Expr<number>): Expr<number> => coalesce(value, 0);
        return {
          customer_key: c.$<bigint>("customer_key"),
          customer_id: c.customer_id,
          period_start: r.period_start,
          as_of: r.as_of,
          orders: zero(b.orders),
          ordered: zero(b.ordered),
          revenue: zero(b.revenue),
          margin: zero(b.margin),
          lifetime: zero(b.lifetime),
          all_orders: zero(b.all_orders),
          silent: subtract(r.as_of_day, b.last_day),
          known: subtract(r.as_of_day, b.first_day),
          active: subtract(b.last_day as Expr<number>, b.first_day),
          recency: quintile(coalesce(b.last_day, 0)),
          frequency: quintile(coalesce(b.orders, 0)),
          monetary: quintile(coalesce(b.revenue, 0)),
        };
      });
    return from({ x: ranked }).select(({ x }) => {
      const alive = expr<number>`POWER(1e0 * ${x.active} / NULLIF(${x.known}, 0), ${x.all_orders})`;
      const gap = percentOf(x.active, subtract(x.all_orders as Expr<number>, 1), 1);
      return {
        customer_key: x.customer_key,
        customer_id: x.customer_id,
        period_start_date: x.period_start,
        period_end_date: x.as_of,
        total_orders: x.orders,
        total_revenue: x.revenue,
        total_margin: x.margin,
        average_order_value: percentOf(x.ordered, x.orders, 1),
        days_since_last_order: x.silent,
        rfm_recency: x.recency,
        rfm_frequency: x.frequency,
        rfm_monetary: x.monetary,
        rfm_score: expr<string>`CONCAT(${x.recency}, ${x.frequency}, ${x.monetary})`,
        customer_segment: caseWhen<string>(
          [
            [and(gte(x.recency, 4), gte(x.frequency, 4), gte(x.monetary, 4)), "VIP"],
            [and(eq(x.recency, 1), lte(x.frequency, 2)), "Lost"],
            [lte(x.recency, 2), "At Risk"],
          ],
          "Regular",
        ),
        lifetime_value: x.lifetime,
        churn_probability: caseWhen<number | null>(
          [
            [isNull(x.silent), expr<number>`NULL`],
            [eq(x.known, 0), 0],
            [eq(x.all_orders, 1), expr<number>`(1 - EXP(-1e0 * ${x.known} / ${PERIOD_DAYS}))`],
          ],
          expr<number>`(1 - ${alive})`,
        ),
        next_order_prediction_days: caseWhen<number | null>([
          [and(gt(x.all_orders, 1), gt(gap, x.silent)), expr<number>`(${gap} - ${x.silent})`],
          [gt(x.all_orders, 1), expr<number>`0e0`],
        ]),
      };
    });
  },
});
