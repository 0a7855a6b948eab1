import {
  areaChart,
  columnChart,
  figure,
  type Html,
  html,
  meter,
  name,
  num,
  section,
  table,
} from "@lakewright/example-report-kit";
import { euro, fixed, someLabels } from "../format.ts";
import { type DashboardReader, maybe, n, text } from "../reader.ts";

/** Visits of technicians, and the technicians. */
export async function fieldSection(reader: DashboardReader): Promise<Html> {
  const months = (
    await reader.rows(`SELECT d.year_month AS month_name, sum(k.total_interventions_count) AS visits, avg(k.sla_compliance_rate) AS sla, avg(k.first_call_resolution_rate) AS first_call, avg(k.utilization_rate) AS used
FROM interventions_daily_kpi k JOIN dim_date d ON d.date_id = k.date_id CROSS JOIN gold_period p WHERE d.day_number <= p.as_of_day
GROUP BY d.year_month ORDER BY d.year_month`)
  ).slice(-36);
  const kinds = await reader.rows(
    `SELECT intervention_type AS kind, state, count(*) AS visits FROM fact_interventions GROUP BY intervention_type, state ORDER BY intervention_type, state`,
  );
  const people =
    await reader.rows(`SELECT c.first_name, c.name AS last_name, c.team_name, p.* FROM colleague_performance p JOIN dim_colleague c ON c.colleague_key = p.colleague_key
WHERE p.interventions_count > 0 ORDER BY p.efficiency_score DESC, p.colleague_key`);
  const labels = someLabels(
    months.map((month) => text(month, "month_name")),
    6,
  );
  const states = ["Done", "Scheduled", "InProgress", "Cancelled"];
  const types = [...new Set(kinds.map((row) => text(row, "kind")))];
  return section(
    "field",
    "Visits",
    "Of technicians, by the day they are planned for.",
    html`<div class="grid">
        ${figure(
          "Visits by month",
          columnChart(
            months.map((month) => ({
              key: `visits.${text(month, "month_name")}`,
              value: n(month, "visits"),
              title: `${text(month, "month_name")}: ${n(month, "visits")} visits`,
            })),
            { title: "Visits by month", labels, colour: "green" },
          ),
        )}
        ${figure(
          "Kept agreements and first-call resolution, percent",
          areaChart(
            months.map((month) => ({
              value: 100 * n(month, "sla"),
              line: 100 * n(month, "first_call"),
              title: `${text(month, "month_name")}: in time ${(100 * n(month, "sla")).toFixed(0)} %, solved at once ${(100 * n(month, "first_call")).toFixed(0)} %`,
            })),
            {
              title: "Visits in the agreed time and solved at once, by month",
              labels,
              colour: "green",
            },
          ),
          html`<span class="legend"
            ><span><i style="background:var(--green)"></i>in the agreed time</span
            ><span><i style="background:var(--violet)"></i>no second visit needed</span></span
          >`,
        )}
      </div>
      ${figure(
        undefined,
        table("Visits of all years by kind and state", types, [
          { title: "Kind", cell: (kind) => name(kind) },
          ...states.map((state) => ({
            title: state === "InProgress" ? "In progress" : state,
            numeric: true,
            cell: (kind: string) =>
              num(
                `visits.${kind}.${state}`,
                kinds
                  .filter((row) => row["kind"] === kind && row["state"] === state)
                  .reduce((sum, row) => sum + n(row, "visits"), 0),
              ),
          })),
        ]),
      )}
      <div class="wide">
        ${figure(
          undefined,
          table("The year of each technician, by efficiency", people, [
            {
              title: "Name",
              cell: (row) => name(`${text(row, "first_name")} ${text(row, "last_name")}`),
            },
            { title: "Team", cell: (row) => name(text(row, "team_name")) },
            {
              title: "Done",
              numeric: true,
              cell: (row, k) => num(`colleague.${k}.done`, n(row, "interventions_completed_count")),
            },
            {
              title: "Minutes",
              numeric: true,
              cell: (row, k) =>
                fixed(`colleague.${k}.minutes`, maybe(row, "avg_intervention_duration"), 0),
            },
            {
              title: "Rating",
              numeric: true,
              cell: (row, k) =>
                fixed(`colleague.${k}.rating`, maybe(row, "avg_customer_satisfaction"), 2),
            },
            {
              title: "At once",
              numeric: true,
              cell: (row, k) =>
                fixed(`colleague.${k}.first`, 100 * n(row, "first_call_resolution_rate"), 0, " %"),
            },
            {
              title: "On visits",
              numeric: true,
              cell: (row, k) =>
                fixed(`colleague.${k}.used`, 100 * n(row, "utilization_rate"), 0, " %"),
            },
            {
              title: "Billed and sold",
              numeric: true,
              cell: (row, k) => euro(`colleague.${k}.revenue`, n(row, "revenue_generated")),
            },
            {
              title: "Score",
              numeric: true,
              cell: (row, k) =>
                meter(
                  fixed(`colleague.${k}.score`, maybe(row, "efficiency_score"), 0),
                  n(row, "efficiency_score") / 100,
                ),
            },
          ]),
        )}
      </div>`,
  );
}
