import {
  barList,
  card,
  columnChart,
  figure,
  type Html,
  html,
  num,
  section,
} from "@lakewright/example-report-kit";
import { fixed, someLabels } from "../format.ts";
import { type DashboardReader, maybe, n, text } from "../reader.ts";

/** Tickets: how far they have come. */
export async function incidentsSection(reader: DashboardReader): Promise<Html> {
  const days = await reader.rows(
    `SELECT d.date AS day, k.* FROM incidents_funnel k JOIN dim_date d ON d.date_id = k.date_id ORDER BY k.date_id`,
  );
  const total = (column: string): number => days.reduce((sum, day) => sum + n(day, column), 0);
  const opened = total("new_incidents_count");
  if (opened === 0) {
    return section(
      "incidents",
      "Tickets",
      "Nobody has used tickets yet: they begin with the second day.",
      "",
    );
  }
  const times = await reader.row(
    `SELECT avg(time_to_first_response_hours) AS response, avg(time_to_resolution_hours) AS resolution FROM fact_incidents`,
  );
  const steps: readonly (readonly [string, string, string])[] = [
    ["opened", "new_incidents_count", "blue"],
    ["in progress", "in_progress_incidents_count", "violet"],
    ["solved", "resolved_incidents_count", "green"],
    ["reopened", "reopened_incidents_count", "amber"],
    ["solved in time", "sla_met_count", "green"],
    ["solved too late", "sla_missed_count", "red"],
  ];
  return section(
    "incidents",
    "Tickets",
    "By the day they were opened.",
    html`<div class="cards">
        ${card("opened", num("incidents.opened", opened))}
        ${card("open now", num("incidents.backlog", n(days.at(-1)!, "backlog_count")))}
        ${card("to the first answer", fixed("incidents.response", maybe(times, "response"), 1, " h"))}
        ${card("to the solution", fixed("incidents.resolution", maybe(times, "resolution"), 1, " h"))}
      </div>
      <div class="grid">
        ${figure("How far they have come", barList(steps.map(([label, column, colour]) => ({ label, size: total(column), value: num(`incidents.${column}`, total(column)), colour }))))}
        ${figure(
          "Open at the end of the day",
          columnChart(
            days.map((day) => ({
              key: `backlog.${text(day, "day")}`,
              value: n(day, "backlog_count"),
              title: `${text(day, "day")}: ${n(day, "backlog_count")} open`,
            })),
            {
              title: "Tickets open at the end of the day",
              labels: someLabels(
                days.map((day) => text(day, "day").slice(5)),
                6,
              ),
              colour: "amber",
            },
          ),
        )}
      </div>`,
  );
}
