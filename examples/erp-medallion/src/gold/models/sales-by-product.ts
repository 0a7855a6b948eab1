import { date, decimal, float64, int64, nullable, utf8 } from "@lakewright/core";
import {
  acceptedValues,
  and,
  caseWhen,
  coalesce,
  countDistinct,
  desc,
  eq,
  type Expr,
  expr,
  gt,
  gte,
  incremental,
  lte,
  max,
  model,
  multiply,
  subtract,
  sum,
} from "@lakewright/warehouse/models";
import { dates, products } from "../../silver/star/dimensions.ts";
import { inventory, sales } from "../../silver/star/facts.ts";
import { distinctIf, isRevenue, percentOf, period, sumIf } from "../shared.ts";

const money = decimal(18, 2);

/** Days whose sales stand for the month to come. */
const FORECAST_FROM_DAYS = 90;

export const salesByProduct = model("sales_by_product", {
  description: "What was sold of each product in the year that ends today.",
  columns: {
    product_key: int64(),
    product_id: utf8(),
    period_start_date: date(),
    period_end_date: date(),
    total_quantity_sold: decimal(18, 3),
    total_revenue: money,
    total_margin: money,
    units_per_order_avg: nullable(float64()),
    sell_through_rate: nullable(float64()),
    stock_turnover_ratio: nullable(float64()),
    abc_classification: utf8(),
    forecast_next_30_days: float64(),
  },
  grain: ["product_key"],
  materialize: incremental({ by: "key", key: ["product_key"], deletes: "delete" }),
  tests: [acceptedValues("abc_classification", ["A", "B", "C"])],
  docs: {
    total_quantity_sold: "Units invoiced less units credited.",
    units_per_order_avg: "Units invoiced / invoices with the product.",
    sell_through_rate: "Units sold / (units sold + units on hand), 0 to 1.",
    stock_turnover_ratio:
      "Cost of the goods sold in the period / mean value of the stock over the snapshots there are.",
    abc_classification:
      "A: the products that make the first 80 % of revenue, B: the next 15 %, C: the last 5 % and what sold nothing (Pareto; Dickie 1951).",
    forecast_next_30_days: "30 × the mean daily units of the last 90 days: a moving average.",
  },
  select: ({ from }) => {
    const sold = from({ f: sales })
      .join({ v: products }, ({ f, v }) => eq(v.product_key, f.product_key))
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
      .crossJoin({ r: period })
      .where(({ f, d, r }) =>
        and(isRevenue(f), lte(d.day_number, r.as_of_day), gte(d.day_number, r.period_start_day)),
      )
      .groupBy(({ v }) => [v.product_id])
      .select(({ f, v, d, r }) => {
        const invoiced = eq(f.document_type, "Invoice");
        const lately = gt(d.day_number, expr<number>`(${r.as_of_day} - ${FORECAST_FROM_DAYS})`);
        return {
          product_id: v.product_id,
          quantity: sum(f.quantity),
          revenue: sum(f.net_amount_excl_tax),
          margin: sum(f.margin_amount),
          cost: sum(f.cost_amount),
          invoiced: sumIf(invoiced, f.quantity),
          invoices: distinctIf(invoiced, f.document_number),
          recent: sumIf(lately, f.quantity),
        };
      });
    const latest = from({ i: inventory }).select(({ i }) => ({
      day: max(i.snapshot_date),
    }));
    const stock = from({ i: inventory })
      .join({ v: products }, ({ i, v }) => eq(v.product_key, i.product_key))
      .crossJoin({ l: latest })
      .groupBy(({ v }) => [v.product_id])
      .select(({ i, v, l }) => ({
        product_id: v.product_id,
        value: sum(i.stock_value),
        days: countDistinct(i.snapshot_date),
        on_hand: sumIf(eq(i.snapshot_date, l.day), i.quantity_on_hand),
      }));
    const ranked = from({ p: products })
      .leftJoin({ s: sold }, ({ p, s }) => eq(s.product_id, p.product_id))
      .leftJoin({ k: stock }, ({ p, k }) => eq(k.product_id, p.product_id))
      .crossJoin({ r: period })
      .where(({ p }) => and(eq(p.is_current, true), gt(p.product_key, 0)))
      .select(({ p, s, k, r }) => {
        const zero = (value: Expr<number>): Expr<number> => coalesce(value, 0);
        const positive = expr<number>`(CASE WHEN ${s.revenue} > 0 THEN ${s.revenue} ELSE 0 END)`;
        return {
          product_key: p.$<bigint>("product_key"),
          product_id: p.product_id,
          period_start: r.period_start,
          as_of: r.as_of,
          quantity: zero(s.quantity),
          revenue: zero(s.revenue),
          margin: zero(s.margin),
          per_order: percentOf(s.invoiced, s.invoices, 1),
          sell_through: percentOf(
            s.quantity,
            expr<number>`(${s.quantity} + ${coalesce(k.on_hand, 0)})`,
            1,
          ),
          turnover: expr<number>`(1e0 * ${s.cost} * ${k.days} / NULLIF(${k.value}, 0))`,
          recent: zero(s.recent),
          own: positive,
          so_far: sum(positive).over({
            orderBy: [desc(coalesce(s.revenue, 0)), p.product_id],
            rows: [null, 0],
          }),
          total: sum(positive).over(),
        };
      });
    return from({ x: ranked }).select(({ x }) => {
      const before = subtract(x.so_far as Expr<number>, x.own);
      const under = (percent: number): Expr =>
        expr`(${x.own} > 0 AND 100 * ${before} < ${multiply(x.total as Expr<number>, percent)})`;
      return {
        product_key: x.product_key,
        product_id: x.product_id,
        period_start_date: x.period_start,
        period_end_date: x.as_of,
        total_quantity_sold: x.quantity,
        total_revenue: x.revenue,
        total_margin: x.margin,
        units_per_order_avg: x.per_order,
        sell_through_rate: x.sell_through,
        stock_turnover_ratio: x.turnover,
        abc_classification: caseWhen<string>(
          [
            [under(80), "A"],
            [under(95), "B"],
          ],
          "C",
        ),
        forecast_next_30_days: expr<number>`(30e0 * ${x.recent} / ${FORECAST_FROM_DAYS})`,
      };
    });
  },
});
