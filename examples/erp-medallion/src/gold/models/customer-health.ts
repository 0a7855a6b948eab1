import { date, float64, int64, utf8 } from "@lakewright/core";
import {
  acceptedValues,
  and,
  avg,
  caseWhen,
  coalesce,
  count,
  eq,
  type Expr,
  expr,
  gt,
  gte,
  incremental,
  inList,
  lt,
  lte,
  max,
  model,
  not,
  rank,
  sum,
} from "@lakewright/warehouse/models";
import { customers, dates } from "../../silver/star/dimensions.ts";
import { activities, incidents, interventions, sales } from "../../silver/star/facts.ts";
import { clamp, percentOf, period } from "../shared.ts";
import { salesByCustomer } from "./sales-by-customer.ts";

/** What a customer nobody has an opinion of is taken for. */
const NEUTRAL = 60;
/** What an open ticket takes off satisfaction, and the most that all of them take. */
const PER_TICKET = 5;
const MOST_FOR_TICKETS = 25;
const ENGAGEMENT_DAYS = 180;

export const customerHealthScore = model("customer_health_score", {
  description: "How well things go with each customer, and what to do about it.",
  columns: {
    customer_key: int64(),
    calculated_date: date(),
    health_score: float64(),
    engagement_score: float64(),
    satisfaction_score: float64(),
    payment_score: float64(),
    churn_risk_level: utf8(),
    recommended_action: utf8(),
    next_review_date: date(),
  },
  grain: ["customer_key"],
  materialize: incremental({ by: "key", key: ["customer_key"], deletes: "delete" }),
  tests: [
    acceptedValues("churn_risk_level", ["Low", "Medium", "High"]),
    acceptedValues("recommended_action", ["Contact", "Upsell", "Monitor", "Churn Prevention"]),
  ],
  docs: {
    health_score: "0.4 · engagement + 0.3 · satisfaction + 0.3 · payment.",
    engagement_score:
      "Percent rank of the successful or pending interactions of the last 180 days among all customers, 0 to 100.",
    satisfaction_score:
      "20 × the mean rating of the visits of the year (60 without any), less 5 for each open ticket, at most 25.",
    payment_score: "100 × invoices paid by their due day / invoices that were due; 60 without any.",
    churn_risk_level:
      "Of churn_probability: High from 0.7, Medium from 0.4 or where unknown, else Low.",
    recommended_action:
      "High risk: Churn Prevention for VIP and At Risk customers, Contact for others. Low risk and health from 70: Upsell. Else Monitor.",
    next_review_date: "In a week for high risk, a month for medium, a quarter for low.",
  },
  select: ({ from }) => {
    const talks = from({ f: activities })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
      .crossJoin({ r: period })
      .where(({ f, d, r }) =>
        and(
          inList(f.outcome, ["Success", "Pending"]),
          lte(d.day_number, r.as_of_day),
          gt(d.day_number, expr<number>`(${r.as_of_day} - ${ENGAGEMENT_DAYS})`),
        ),
      )
      .groupBy(({ v }) => [v.customer_id])
      .select(({ v }) => ({ customer_id: v.customer_id, talks: count() }));
    const ratings = from({ f: interventions })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.schedule_date_key))
      .crossJoin({ r: period })
      .where(({ d, r }) =>
        and(lte(d.day_number, r.as_of_day), gte(d.day_number, r.period_start_day)),
      )
      .groupBy(({ v }) => [v.customer_id])
      .select(({ f, v }) => ({
        customer_id: v.customer_id,
        rating: avg(f.customer_satisfaction_score),
      }));
    const tickets = from({ f: incidents })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .where(({ f }) => not(inList(f.state, ["Resolved", "Closed"])))
      .groupBy(({ v }) => [v.customer_id])
      .select(({ v }) => ({ customer_id: v.customer_id, open: count() }));
    const invoices = from({ f: sales })
      .join({ v: customers }, ({ f, v }) => eq(v.customer_key, f.customer_key))
      .crossJoin({ r: period })
      .where(({ f, r }) => and(eq(f.document_type, "Invoice"), lte(f.due_date, r.as_of)))
      .groupBy(({ f, v }) => [v.customer_id, f.document_number])
      .select(({ f, v }) => ({
        customer_id: v.customer_id,
        in_time: max(caseWhen<number>([[lte(f.payment_date, f.due_date), 1]], 0)),
      }));
    const payments = from({ i: invoices })
      .groupBy(({ i }) => [i.customer_id])
      .select(({ i }) => ({
        customer_id: i.customer_id,
        invoices: count(),
        in_time: coalesce(sum(i.in_time as Expr<number>), 0),
      }));
    const scored = from({ s: salesByCustomer })
      .leftJoin({ t: talks }, ({ s, t }) => eq(t.customer_id, s.customer_id))
      .leftJoin({ g: ratings }, ({ s, g }) => eq(g.customer_id, s.customer_id))
      .leftJoin({ o: tickets }, ({ s, o }) => eq(o.customer_id, s.customer_id))
      .leftJoin({ p: payments }, ({ s, p }) => eq(p.customer_id, s.customer_id))
      .select(({ s, t, g, o, p }) => {
        const talked: Expr<number> = coalesce(t.talks, 0);
        const place = rank().over({ orderBy: [talked] });
        return {
          customer_key: s.customer_key,
          segment: s.customer_segment,
          engagement: expr<number>`(100e0 * (${place} - 1) / NULLIF(${count().over()} - 1, 0))`,
          satisfaction: clamp(
            expr<number>`(COALESCE(20 * ${g.rating}, ${NEUTRAL}) - CASE WHEN ${coalesce(o.open, 0)} * ${PER_TICKET} > ${MOST_FOR_TICKETS} THEN ${MOST_FOR_TICKETS} ELSE ${coalesce(o.open, 0)} * ${PER_TICKET} END)`,
            0,
            100,
          ),
          payment: expr<number>`COALESCE(${percentOf(p.in_time, p.invoices)}, ${NEUTRAL})`,
          risk: caseWhen<string>(
            [
              [gte(s.churn_probability, 0.7), "High"],
              [lt(s.churn_probability, 0.4), "Low"],
            ],
            "Medium",
          ),
        };
      });
    const summed = from({ x: scored }).select(({ x }) => ({
      customer_key: x.customer_key,
      segment: x.segment,
      engagement: expr<number>`COALESCE(${x.engagement}, 0)`,
      satisfaction: x.satisfaction,
      payment: x.payment,
      risk: x.risk,
      health: expr<number>`(0.4e0 * COALESCE(${x.engagement}, 0) + 0.3e0 * ${x.satisfaction} + 0.3e0 * ${x.payment})`,
    }));
    return from({ x: summed })
      .crossJoin({ r: period })
      .select(({ x, r }) => ({
        customer_key: x.customer_key,
        calculated_date: r.as_of,
        health_score: x.health,
        engagement_score: x.engagement,
        satisfaction_score: x.satisfaction,
        payment_score: x.payment,
        churn_risk_level: x.risk,
        recommended_action: caseWhen<string>(
          [
            [and(eq(x.risk, "High"), inList(x.segment, ["VIP", "At Risk"])), "Churn Prevention"],
            [eq(x.risk, "High"), "Contact"],
            [and(eq(x.risk, "Low"), gte(x.health, 70)), "Upsell"],
          ],
          "Monitor",
        ),
        next_review_date: caseWhen<string>(
          [
            [eq(x.risk, "High"), r.in_a_week],
            [eq(x.risk, "Medium"), r.in_a_month],
          ],
          r.in_a_quarter,
        ),
      }));
  },
});
