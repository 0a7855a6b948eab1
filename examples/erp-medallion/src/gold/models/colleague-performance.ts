import { date, decimal, float64, int64, nullable } from "@lakewright/core";
import {
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
  lte,
  model,
  ne,
  type Numeric,
  sum,
} from "@lakewright/warehouse/models";
import { colleagues, dates } from "../../silver/star/dimensions.ts";
import { interventions, sales } from "../../silver/star/facts.ts";
import { clamp, countIf, isRevenue, percentOf, period, PERIOD_DAYS } from "../shared.ts";

export const colleaguePerformance = model("colleague_performance", {
  description: "What each colleague did in the year that ends today.",
  columns: {
    colleague_key: int64(),
    period_start: date(),
    period_end: date(),
    interventions_count: int64(),
    interventions_completed_count: int64(),
    avg_intervention_duration: nullable(float64()),
    total_distance_km: decimal(18, 2),
    first_call_resolution_rate: nullable(float64()),
    avg_customer_satisfaction: nullable(float64()),
    revenue_generated: decimal(18, 2),
    utilization_rate: nullable(float64()),
    efficiency_score: nullable(float64()),
  },
  grain: ["colleague_key"],
  materialize: incremental({ by: "key", key: ["colleague_key"], deletes: "delete" }),
  docs: {
    revenue_generated:
      "What their visits were billed, and the invoices less credit notes they sold.",
    utilization_rate: "Minutes of visits / the working minutes of a year (52 weeks).",
    efficiency_score:
      "0 to 100: 30 first-call resolution + 30 satisfaction / 5 + 20 planned / actual minutes (at most 1) + 20 visits done / visits. Null without visits that are done.",
  },
  select: ({ from }) => {
    const visits = from({ f: interventions })
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.schedule_date_key))
      .crossJoin({ r: period })
      .where(({ d, r }) =>
        and(lte(d.day_number, r.as_of_day), gte(d.day_number, r.period_start_day)),
      )
      .groupBy(({ f }) => [f.colleague_key])
      .select(({ f }) => {
        const done = eq(f.state, "Done");
        const whenDone = (value: Expr<number | null>): Expr<number | null> =>
          caseWhen<number | null>([[done, value as Expr<number>]]);
        return {
          colleague_key: f.$<bigint>("colleague_key"),
          visits: count(),
          done: countIf(done),
          duration: avg(whenDone(f.actual_duration_minutes)),
          planned: sum(whenDone(f.scheduled_duration_minutes)),
          minutes: sum(whenDone(f.actual_duration_minutes)),
          distance: sum(caseWhen<Numeric | null>([[ne(f.state, "Cancelled"), f.distance_km]])),
          first_call: avg(
            caseWhen<number | null>([
              [and(done, eq(f.is_first_call_resolution, true)), 1],
              [and(done, eq(f.is_first_call_resolution, false)), 0],
            ]),
          ),
          satisfaction: avg(whenDone(f.customer_satisfaction_score)),
          billed: sum(caseWhen<Numeric | null>([[done, f.billable_amount]])),
        };
      });
    const sold = from({ f: sales })
      .join({ d: dates }, ({ f, d }) => eq(d.date_id, f.date_key))
      .crossJoin({ r: period })
      .where(({ f, d, r }) =>
        and(isRevenue(f), lte(d.day_number, r.as_of_day), gte(d.day_number, r.period_start_day)),
      )
      .groupBy(({ f }) => [f.colleague_key])
      .select(({ f }) => ({
        colleague_key: f.$<bigint>("colleague_key"),
        revenue: sum(f.net_amount_excl_tax),
      }));
    return from({ c: colleagues })
      .leftJoin({ v: visits }, ({ c, v }) => eq(v.colleague_key, c.colleague_key))
      .leftJoin({ s: sold }, ({ c, s }) => eq(s.colleague_key, c.colleague_key))
      .crossJoin({ r: period })
      .where(({ c }) => gt(c.colleague_key, 0))
      .select(({ c, v, s, r }) => {
        const punctual = clamp(percentOf(v.planned, v.minutes, 1), 0, 1);
        return {
          colleague_key: c.$<bigint>("colleague_key"),
          period_start: r.period_start,
          period_end: r.as_of,
          interventions_count: coalesce(v.visits, 0),
          interventions_completed_count: coalesce(v.done, 0),
          avg_intervention_duration: v.duration,
          total_distance_km: coalesce(v.distance, 0),
          first_call_resolution_rate: v.first_call,
          avg_customer_satisfaction: v.satisfaction,
          revenue_generated: expr<Numeric>`(${coalesce(v.billed, 0)} + ${coalesce(s.revenue, 0)})`,
          utilization_rate: percentOf(
            v.minutes,
            expr<number>`(${c.weekly_hours} * 60 * ${PERIOD_DAYS} / 7)`,
            1,
          ),
          efficiency_score: expr<number>`(30 * ${v.first_call} + 30 * ${v.satisfaction} / 5 + 20 * ${punctual} + 20e0 * ${v.done} / NULLIF(${v.visits}, 0))`,
        };
      });
  },
});
