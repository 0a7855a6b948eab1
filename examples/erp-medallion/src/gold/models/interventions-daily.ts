import { decimal, float64, int64, nullable } from "@lakewright/core";
import {
  avg,
  caseWhen,
  coalesce,
  count,
  eq,
  type Expr,
  expr,
  incremental,
  model,
  ne,
  and,
  type Numeric,
  sum,
} from "@lakewright/warehouse/models";
import { colleagues } from "../../silver/star/dimensions.ts";
import { interventions } from "../../silver/star/facts.ts";
import { countIf, percentOf } from "../shared.ts";

export const interventionsDailyKpi = model("interventions_daily_kpi", {
  description: "Visits of technicians by the day they are planned for.",
  columns: {
    date_id: int64(),
    total_interventions_count: int64(),
    interventions_completed_count: int64(),
    interventions_cancelled_count: int64(),
    avg_duration_minutes: nullable(float64()),
    first_call_resolution_rate: nullable(float64()),
    avg_customer_satisfaction: nullable(float64()),
    avg_distance_km: nullable(float64()),
    total_billable_amount: decimal(18, 2),
    utilization_rate: nullable(float64()),
    sla_compliance_rate: nullable(float64()),
  },
  grain: ["date_id"],
  materialize: incremental({ by: "partition", column: "date_id" }),
  docs: {
    avg_duration_minutes: "Of visits that are done.",
    first_call_resolution_rate: "Visits done that needed no second one / visits done, 0 to 1.",
    avg_distance_km: "Great circle from where the technician's rounds start.",
    utilization_rate:
      "Minutes worked / a fifth of the weekly minutes of the technicians on the road that day.",
    sla_compliance_rate: "Visits done in the agreed time / visits done that had one, 0 to 1.",
  },
  select: ({ from, changed }) => {
    const perTechnician = from({ f: interventions })
      .where(({ f }) => changed(f.schedule_date_key))
      .groupBy(({ f }) => [f.schedule_date_key, f.colleague_key])
      .select(({ f }) => ({
        date_id: f.$<bigint>("schedule_date_key"),
        colleague_key: f.$<bigint>("colleague_key"),
        minutes: coalesce(sum(f.actual_duration_minutes), 0),
        travels: countIf(ne(f.state, "Cancelled")),
      }));
    const used = from({ t: perTechnician })
      .join({ c: colleagues }, ({ t, c }) => eq(c.colleague_key, t.colleague_key))
      .where(({ t }) => expr`${t.travels} > 0 AND ${t.colleague_key} > 0`)
      .groupBy(({ t }) => [t.date_id])
      .select(({ t, c }) => ({
        date_id: t.date_id,
        minutes: sum(t.minutes as Expr<number>),
        capacity: sum(expr<number>`(${c.weekly_hours} * 12)`),
      }));
    const perDay = from({ f: interventions })
      .where(({ f }) => changed(f.schedule_date_key))
      .groupBy(({ f }) => [f.schedule_date_key])
      .select(({ f }) => {
        const done = eq(f.state, "Done");
        const whenDone = (value: Expr<Numeric | null>): Expr<number | null> =>
          caseWhen<number | null>([[done, value as Expr<number>]]);
        const flag = (value: Expr<boolean | null>): Expr<number | null> =>
          caseWhen<number | null>([
            [and(done, eq(value, true)), 1],
            [and(done, eq(value, false)), 0],
          ]);
        return {
          date_id: f.$<bigint>("schedule_date_key"),
          visits: count(),
          done: countIf(done),
          cancelled: countIf(eq(f.state, "Cancelled")),
          duration: avg(whenDone(f.actual_duration_minutes)),
          first_call: avg(flag(f.is_first_call_resolution)),
          satisfaction: avg(whenDone(f.customer_satisfaction_score)),
          distance: avg(
            caseWhen<number | null>([
              [ne(f.state, "Cancelled"), f.distance_km as unknown as Expr<number>],
            ]),
          ),
          billable: coalesce(sum(caseWhen<Numeric>([[done, f.billable_amount]], 0)), 0),
          sla: avg(flag(f.sla_met_flag)),
        };
      });
    return from({ p: perDay })
      .leftJoin({ u: used }, ({ p, u }) => eq(u.date_id, p.date_id))
      .select(({ p, u }) => ({
        date_id: p.date_id,
        total_interventions_count: p.visits,
        interventions_completed_count: p.done,
        interventions_cancelled_count: p.cancelled,
        avg_duration_minutes: p.duration,
        first_call_resolution_rate: p.first_call,
        avg_customer_satisfaction: p.satisfaction,
        avg_distance_km: p.distance,
        total_billable_amount: p.billable,
        utilization_rate: percentOf(u.minutes, u.capacity, 1),
        sla_compliance_rate: p.sla,
      }));
  },
});
