import { card, type Html, html, num, percent, section } from "@lakewright/example-report-kit";
import { bigEuro, delta, fixed } from "../format.ts";
import { type DashboardReader, maybe, n } from "../reader.ts";

/** The numbers people ask for first: the year that ends today, beside the one before. */
export async function glanceSection(reader: DashboardReader, asOf: string): Promise<Html> {
  const year = (
    years: number,
  ): string => `SELECT sum(k.total_revenue_excl_tax) AS revenue, sum(k.total_margin) AS margin,
  sum(k.total_orders_count) AS orders, sum(k.total_orders_count * k.average_order_value) AS ordered, sum(k.new_customers_count) AS newcomers
FROM sales_daily_kpi k JOIN dim_date d ON d.date_id = k.date_id CROSS JOIN gold_period p
WHERE d.day_number <= p.as_of_day - 365 * ${years} AND d.day_number > p.as_of_day - 365 * ${years + 1}`;
  const [now, before] = [await reader.row(year(0)), await reader.row(year(1))];
  const field = await reader.row(`SELECT sum(k.interventions_completed_count) AS done,
  sum(k.avg_customer_satisfaction * k.interventions_completed_count) / sum(CASE WHEN k.avg_customer_satisfaction IS NOT NULL THEN k.interventions_completed_count END) AS rating,
  avg(k.sla_compliance_rate) AS sla
FROM interventions_daily_kpi k JOIN dim_date d ON d.date_id = k.date_id CROSS JOIN gold_period p
WHERE d.day_number <= p.as_of_day AND d.day_number > p.as_of_day - 365`);
  const stock =
    await reader.row(`SELECT sum(stock_value) AS amount, sum(CASE WHEN stock_out_risk_level = 'High' THEN 1 ELSE 0 END) AS risky
FROM inventory_snapshot_daily WHERE date_id = (SELECT max(date_id) FROM inventory_snapshot_daily)`);
  const people =
    await reader.row(`SELECT sum(CASE WHEN total_orders > 0 THEN 1 ELSE 0 END) AS active, count(*) AS known,
  sum(CASE WHEN customer_segment = 'VIP' THEN 1 ELSE 0 END) AS vip FROM sales_by_customer`);
  const basket = (row: typeof now): number => n(row, "ordered") / Math.max(1, n(row, "orders"));
  return section(
    "glance",
    "The year at a glance",
    html`The 365 days to ${asOf}, without tax, in euro. Revenue and margin are of invoices, less
    credit notes; orders and their mean of orders, invoiced or not.`,
    html`<div class="cards four">
      ${card("revenue", bigEuro("glance.revenue", n(now, "revenue")), delta(n(now, "revenue"), n(before, "revenue")))}
      ${card(
        "margin",
        bigEuro("glance.margin", n(now, "margin")),
        html`${fixed("glance.margin-percent", (100 * n(now, "margin")) / n(now, "revenue"), 1, " %")}
        of revenue`,
      )}
      ${card("orders", num("glance.orders", n(now, "orders")), delta(n(now, "orders"), n(before, "orders")))}
      ${card("mean order", fixed("glance.basket", basket(now), 0, " €"), delta(basket(now), basket(before)))}
      ${card(
        "customers who ordered",
        num("glance.active", n(people, "active")),
        html`of ${num("glance.known", n(people, "known"))};
        ${num("glance.new", n(now, "newcomers"))} for the first time`,
      )}
      ${card(
        "visits done",
        num("glance.visits", n(field, "done")),
        html`rated ${fixed("glance.rating", maybe(field, "rating"), 2)} of 5`,
      )}
      ${card("in the agreed time", percent("glance.sla", maybe(field, "sla")), "mean of the days with visits")}
      ${card(
        "stock",
        bigEuro("glance.stock", n(stock, "amount")),
        html`${num("glance.risky", n(stock, "risky"))} places about to run out`,
      )}
    </div>`,
  );
}
