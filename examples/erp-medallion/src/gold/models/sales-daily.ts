import { decimal, float64, int64, nullable } from "@lakewright/core";
import { and, eq, incremental, model, subtract } from "@lakewright/warehouse/models";
import { customers } from "../../silver/star/dimensions.ts";
import { sales } from "../../silver/star/facts.ts";
import { distinctIf, isOrder, isRevenue, countIf, percentOf, sumIf } from "../shared.ts";

const money = decimal(18, 2);

export const salesDailyKpi = model("sales_daily_kpi", {
  description: "Sales of each day with a document.",
  columns: {
    date_id: int64(),
    total_orders_count: int64(),
    total_revenue_excl_tax: money,
    total_revenue_incl_tax: money,
    total_cost: money,
    total_margin: money,
    margin_percent: nullable(float64()),
    average_order_value: nullable(float64()),
    new_customers_count: int64(),
    returning_customers_count: int64(),
    products_sold_count: int64(),
    avg_items_per_order: nullable(float64()),
    conversion_rate: nullable(float64()),
  },
  grain: ["date_id"],
  materialize: incremental({ by: "partition", column: "date_id" }),
  docs: {
    total_orders_count: "Orders of the day that were not cancelled.",
    total_revenue_excl_tax: "Invoices less credit notes of the day, in euro.",
    margin_percent: "100 · margin / revenue.",
    average_order_value: "Net amount of the day's orders / their number.",
    new_customers_count: "Customers whose first order is of the day.",
    returning_customers_count: "Customers with an order of the day and one before it.",
    products_sold_count: "Different products invoiced.",
    avg_items_per_order: "Lines of the day's orders / their number.",
    conversion_rate: "Quotes of the day that were accepted / quotes of the day, 0 to 1.",
  },
  select: ({ from, changed }) => {
    const perDay = from({ f: sales })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .leftJoin({ c: customers }, ({ v, c }) =>
        and(eq(c.customer_id, v.customer_id), eq(c.is_current, true)),
      )
      .where(({ f }) => changed(f.date_key))
      .groupBy(({ f }) => [f.date_key])
      .select(({ f, v, c }) => {
        const quote = eq(f.document_type, "Quote");
        const isNew = and(isOrder(f), eq(c.first_order_date, f.document_date));
        return {
          date_id: f.$<bigint>("date_key"),
          orders: distinctIf(isOrder(f), f.document_number),
          revenue: sumIf(isRevenue(f), f.net_amount_excl_tax),
          revenue_incl: sumIf(isRevenue(f), f.net_amount_incl_tax),
          cost: sumIf(isRevenue(f), f.cost_amount),
          margin: sumIf(isRevenue(f), f.margin_amount),
          ordered: sumIf(isOrder(f), f.net_amount_excl_tax),
          order_lines: countIf(isOrder(f)),
          buyers: distinctIf(isOrder(f), v.customer_id),
          new_customers: distinctIf(isNew, v.customer_id),
          products: distinctIf(isRevenue(f), f.product_key),
          quotes: distinctIf(quote, f.document_number),
          accepted: distinctIf(and(quote, eq(f.document_state, "Accepted")), f.document_number),
        };
      });
    return from({ s: perDay }).select(({ s }) => ({
      date_id: s.date_id,
      total_orders_count: s.orders,
      total_revenue_excl_tax: s.revenue,
      total_revenue_incl_tax: s.revenue_incl,
      total_cost: s.cost,
      total_margin: s.margin,
      margin_percent: percentOf(s.margin, s.revenue),
      average_order_value: percentOf(s.ordered, s.orders, 1),
      new_customers_count: s.new_customers,
      returning_customers_count: subtract(s.buyers, s.new_customers),
      products_sold_count: s.products,
      avg_items_per_order: percentOf(s.order_lines, s.orders, 1),
      conversion_rate: percentOf(s.accepted, s.quotes, 1),
    }));
  },
});
