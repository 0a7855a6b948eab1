import { date, decimal, float64, int64, nullable } from "@lakewright/core";
import {
  and,
  avg,
  caseWhen,
  coalesce,
  eq,
  type Expr,
  expr,
  gt,
  gte,
  incremental,
  isNotNull,
  lte,
  max,
  model,
  ne,
  sum,
} from "@lakewright/warehouse/models";
import { dates, products, suppliers } from "../../silver/star/dimensions.ts";
import { purchases } from "../../silver/star/facts.ts";
import { clamp, countIf, percentOf, period } from "../shared.ts";

export const supplierPerformance = model("supplier_performance", {
  description: "How each supplier delivered in the year that ends today.",
  columns: {
    supplier_key: int64(),
    period_start: date(),
    period_end: date(),
    total_orders_count: int64(),
    total_amount: decimal(18, 2),
    on_time_delivery_rate: nullable(float64()),
    quality_defect_rate: nullable(float64()),
    avg_lead_time_days: nullable(float64()),
    price_variance_percent: nullable(float64()),
    payment_terms_compliance: nullable(float64()),
    supplier_score: nullable(float64()),
  },
  grain: ["supplier_key"],
  materialize: incremental({ by: "key", key: ["supplier_key"], deletes: "delete" }),
  docs: {
    supplier_key: "The supplier's current version; facts of all versions count.",
    on_time_delivery_rate: "Orders delivered by the promised day / orders delivered, 0 to 1.",
    quality_defect_rate: "Units sent back / units received, 0 to 1.",
    avg_lead_time_days: "Days from the order to its delivery.",
    price_variance_percent:
      "What was ordered, at its prices against the mean price all suppliers had for the product in the period.",
    payment_terms_compliance: "Invoices we paid by their due day / invoices paid, 0 to 1.",
    supplier_score:
      "0 to 100: 40 punctual + 30 (1 − 10 × defects) + 15 (1 − variance / 20, from 0 to 1) + 15 (1 − lead time / 60). What is not known does not count. Null without deliveries.",
  },
  select: ({ from }) => {
    const lines = from({ f: purchases })
      .join({ v: suppliers }, ({ f, v }) => eq(v.supplier_key, f.supplier_key))
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
      .leftJoin({ e: dates }, ({ f, e }) => eq(e.date, f.real_delivery_date))
      .leftJoin({ p: products }, ({ f, p }) => eq(p.product_key, f.product_key))
      .crossJoin({ r: period })
      .where(({ d, r }) =>
        and(lte(d.day_number, r.as_of_day), gte(d.day_number, r.period_start_day)),
      )
      .select(({ f, v, d, e, p }) => ({
        supplier_id: v.supplier_id,
        product_id: p.product_id,
        type: f.document_type,
        state: f.document_state,
        number: f.document_number,
        quantity: f.quantity,
        net: f.net_amount_excl_tax,
        received: f.received_quantity,
        defective: f.defective_quantity,
        promised: f.expected_delivery_date,
        delivered: f.real_delivery_date,
        lead: expr<number | null>`(${e.day_number} - ${d.day_number})`,
        due: f.due_date,
        paid: f.payment_date,
      }));
    const documents = from({ l: lines })
      .groupBy(({ l }) => [l.supplier_id, l.type, l.number])
      .select(({ l }) => ({
        supplier_id: l.supplier_id,
        type: l.type,
        state: max(l.state),
        net: sum(l.net),
        received: sum(l.received),
        defective: sum(l.defective),
        arrived: max(flag(and(isNotNull(l.delivered), isNotNull(l.promised)))),
        on_time: max(flag(lte(l.delivered, l.promised))),
        lead: max(l.lead),
        paid: max(flag(isNotNull(l.paid))),
        paid_in_time: max(flag(lte(l.paid, l.due))),
      }));
    const totals = from({ o: documents })
      .groupBy(({ o }) => [o.supplier_id])
      .select(({ o }) => {
        const order = and(eq(o.type, "Order"), ne(o.state, "Cancelled"));
        const arrived = and(order, eq(o.arrived, 1));
        const paid = and(eq(o.type, "Invoice"), eq(o.paid, 1));
        return {
          supplier_id: o.supplier_id,
          orders: countIf(order),
          amount: coalesce(sum(caseWhen([[order, o.net]], 0)), 0),
          on_time: percentOf(countIf(and(arrived, eq(o.on_time, 1))), countIf(arrived), 1),
          defects: percentOf(sum(o.defective), sum(o.received), 1),
          lead: avg(caseWhen<number | null>([[order, o.lead]])),
          compliance: percentOf(countIf(and(paid, eq(o.paid_in_time, 1))), countIf(paid), 1),
        };
      });
    const ordered = (l: {
      type: unknown;
      state: unknown;
      product_id: unknown;
      quantity: unknown;
    }) =>
      expr`(${l.type} = 'Order' AND ${l.state} <> 'Cancelled' AND ${l.product_id} IS NOT NULL AND ${l.quantity} > 0)`;
    const market = from({ l: lines })
      .where(({ l }) => ordered(l))
      .groupBy(({ l }) => [l.product_id])
      .select(({ l }) => ({
        product_id: l.product_id,
        price: percentOf(sum(l.net), sum(l.quantity), 1),
      }));
    const prices = from({ l: lines })
      .join({ m: market }, ({ l, m }) => eq(m.product_id, l.product_id))
      .where(({ l }) => ordered(l))
      .groupBy(({ l }) => [l.supplier_id])
      .select(({ l, m }) => ({
        supplier_id: l.supplier_id,
        variance: expr<number>`(100 * (1e0 * ${sum(l.net)} / NULLIF(${sum(expr<number>`(${l.quantity} * ${m.price})`)}, 0) - 1))`,
      }));
    const joined = from({ s: suppliers })
      .leftJoin({ t: totals }, ({ s, t }) => eq(t.supplier_id, s.supplier_id))
      .leftJoin({ p: prices }, ({ s, p }) => eq(p.supplier_id, s.supplier_id))
      .crossJoin({ r: period })
      .where(({ s }) => and(eq(s.is_current, true), gt(s.supplier_key, 0)))
      .select(({ s, t, p, r }) => ({
        supplier_key: s.$<bigint>("supplier_key"),
        period_start: r.period_start,
        period_end: r.as_of,
        orders: coalesce(t.orders, 0),
        amount: coalesce(t.amount, 0),
        on_time: t.on_time,
        defects: t.defects,
        lead: t.lead,
        variance: p.variance,
        compliance: t.compliance,
        for_quality: clamp(expr<number>`(1 - 10 * ${t.defects})`, 0, 1),
        for_price: clamp(expr<number>`(1 - ${p.variance} / 20)`, 0, 1),
        for_speed: clamp(expr<number>`(1 - ${t.lead} / 60)`, 0, 1),
      }));
    return from({ x: joined }).select(({ x }) => {
      const known = (value: unknown, weight: number) =>
        expr`(CASE WHEN ${value} IS NULL THEN 0 ELSE ${weight} END)`;
      return {
        supplier_key: x.supplier_key,
        period_start: x.period_start,
        period_end: x.period_end,
        total_orders_count: x.orders,
        total_amount: x.amount,
        on_time_delivery_rate: x.on_time,
        quality_defect_rate: x.defects,
        avg_lead_time_days: x.lead,
        price_variance_percent: x.variance,
        payment_terms_compliance: x.compliance,
        supplier_score: expr<number | null>`(CASE WHEN ${x.on_time} IS NOT NULL THEN
  100 * (40 * ${x.on_time} + 30 * COALESCE(${x.for_quality}, 0) + 15 * COALESCE(${x.for_price}, 0) + 15 * COALESCE(${x.for_speed}, 0))
  / (40 + ${known(x.for_quality, 30)} + ${known(x.for_price, 15)} + ${known(x.for_speed, 15)}) END)`,
      };
    });
  },
});

/** 1 where the condition is true, else 0: dates that may be null are compared before they are grouped, which MySQL's temporary tables need. */
function flag(condition: Expr): Expr<number> {
  return caseWhen<number>([[condition, 1]], 0);
}
