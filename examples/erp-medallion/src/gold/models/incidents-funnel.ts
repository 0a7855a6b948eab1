import { float64, int64, nullable } from "@lakewright/core";
import {
  and,
  avg,
  coalesce,
  count,
  eq,
  gt,
  gte,
  incremental,
  inList,
  lte,
  min,
  model,
  or,
} from "@lakewright/warehouse/models";
import { dates } from "../../silver/star/dimensions.ts";
import { incidents } from "../../silver/star/facts.ts";
import { countIf, percentOf, period } from "../shared.ts";

/** States of a ticket that is not open any more. */
const SOLVED = ["Resolved", "Closed"];

export const incidentsFunnel = model("incidents_funnel", {
  description: "How far the tickets of each day have come, from the first day with one to today.",
  columns: {
    date_id: int64(),
    new_incidents_count: int64(),
    in_progress_incidents_count: int64(),
    resolved_incidents_count: int64(),
    reopened_incidents_count: int64(),
    avg_time_to_first_response_hours: nullable(float64()),
    avg_time_to_resolution_hours: nullable(float64()),
    sla_met_count: int64(),
    sla_missed_count: int64(),
    backlog_count: int64(),
    escalation_rate: nullable(float64()),
  },
  grain: ["date_id"],
  materialize: incremental({ by: "key", key: ["date_id"], deletes: "delete" }),
  docs: {
    new_incidents_count: "Tickets opened on the day; the columns after it say where these are now.",
    reopened_incidents_count: "Of them, tickets that were reopened at least once.",
    backlog_count: "Tickets opened by the end of the day and not solved by then.",
    escalation_rate: "Tickets of the day that were escalated / tickets of the day, 0 to 1.",
  },
  select: ({ from }) => {
    const first = from({ i: incidents })
      .join({ d: dates }, ({ i, d }) => eq(d.date_id, i.creation_date_key))
      .select(({ d }) => ({ day: min(d.day_number) }));
    const days = from({ d: dates })
      .crossJoin({ r: period })
      .crossJoin({ s: first })
      .where(({ d, r, s }) => and(gte(d.day_number, s.day), lte(d.day_number, r.as_of_day)))
      .select(({ d }) => ({ date_id: d.$<bigint>("date_id"), day: d.day_number }));
    const cohort = from({ i: incidents })
      .groupBy(({ i }) => [i.creation_date_key])
      .select(({ i }) => ({
        date_id: i.$<bigint>("creation_date_key"),
        opened: count(),
        in_progress: countIf(inList(i.state, ["InProgress", "Reopened"])),
        solved: countIf(inList(i.state, SOLVED)),
        reopened: countIf(gt(i.reopened_count, 0)),
        first_response: avg(i.time_to_first_response_hours),
        resolution: avg(i.time_to_resolution_hours),
        met: countIf(eq(i.sla_met_flag, true)),
        missed: countIf(eq(i.sla_met_flag, false)),
        escalated: countIf(eq(i.is_escalated, true)),
      }));
    const open = from({ d: days })
      .join({ i: incidents }, ({ d, i }) => lte(i.creation_date_key, d.date_id))
      .where(({ d, i }) => or(eq(i.resolution_date_key, -1), gt(i.resolution_date_key, d.date_id)))
      .groupBy(({ d }) => [d.date_id])
      .select(({ d }) => ({ date_id: d.date_id, backlog: count() }));
    return from({ d: days })
      .leftJoin({ c: cohort }, ({ d, c }) => eq(c.date_id, d.date_id))
      .leftJoin({ o: open }, ({ d, o }) => eq(o.date_id, d.date_id))
      .select(({ d, c, o }) => ({
        date_id: d.date_id,
        new_incidents_count: coalesce(c.opened, 0),
        in_progress_incidents_count: coalesce(c.in_progress, 0),
        resolved_incidents_count: coalesce(c.solved, 0),
        reopened_incidents_count: coalesce(c.reopened, 0),
        avg_time_to_first_response_hours: c.first_response,
        avg_time_to_resolution_hours: c.resolution,
        sla_met_count: coalesce(c.met, 0),
        sla_missed_count: coalesce(c.missed, 0),
        backlog_count: coalesce(o.backlog, 0),
        escalation_rate: percentOf(c.escalated, c.opened, 1),
      }));
  },
});
