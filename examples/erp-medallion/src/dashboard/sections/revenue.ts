import {
  areaChart,
  columnChart,
  figure,
  type Html,
  html,
  section,
} from "@lakewright/example-report-kit";
import { someLabels } from "../format.ts";
import { type DashboardReader, n, text } from "../reader.ts";

const MEAN_DAYS = 28;

/** Revenue by month and by day. */
export async function revenueSection(reader: DashboardReader): Promise<Html> {
  const months = (
    await reader.rows(`SELECT d.year_month AS month_name, sum(k.total_revenue_excl_tax) AS revenue, sum(k.total_margin) AS margin
FROM sales_daily_kpi k JOIN dim_date d ON d.date_id = k.date_id CROSS JOIN gold_period p WHERE d.day_number <= p.as_of_day
GROUP BY d.year_month ORDER BY d.year_month`)
  ).slice(-36);
  const days =
    await reader.rows(`SELECT d.date_id AS day_id, d.day_number AS day_number, COALESCE(k.total_revenue_excl_tax, 0) AS revenue
FROM dim_date d CROSS JOIN gold_period p LEFT JOIN sales_daily_kpi k ON k.date_id = d.date_id
WHERE d.day_number <= p.as_of_day AND d.day_number > p.as_of_day - 365 - ${MEAN_DAYS} ORDER BY d.day_number`);
  const means = days.map((_, k) =>
    k + 1 < MEAN_DAYS
      ? undefined
      : days.slice(k + 1 - MEAN_DAYS, k + 1).reduce((sum, day) => sum + n(day, "revenue"), 0) /
        MEAN_DAYS,
  );
  const shown = days
    .map((day, k) => ({
      day: dayText(text(day, "day_id")),
      revenue: n(day, "revenue"),
      mean: means[k],
    }))
    .slice(MEAN_DAYS);
  const weekly = sums(shown, 7);
  return section(
    "revenue",
    "Revenue",
    "Invoices less credit notes on the day of the document, without tax.",
    html`<div class="grid">
      ${figure(
        "By month, three years",
        columnChart(
          months.map((month) => ({
            key: `month.${text(month, "month_name")}`,
            value: Math.max(0, n(month, "revenue")),
            exact: n(month, "revenue"),
            title: `${text(month, "month_name")}: ${Math.round(n(month, "revenue")).toLocaleString("en")} €, margin ${Math.round(n(month, "margin")).toLocaleString("en")} €`,
          })),
          {
            title: "Revenue by month",
            labels: someLabels(
              months.map((month) => text(month, "month_name")),
              6,
            ),
          },
        ),
        "The last month is not over.",
      )}
      ${figure(
        "By week, with the mean of four weeks",
        areaChart(
          weekly.map((week) => ({
            value: week.revenue,
            line: week.mean,
            title: `week from ${week.day}: ${Math.round(week.revenue).toLocaleString("en")} €`,
          })),
          {
            title: "Revenue by week",
            labels: someLabels(
              weekly.map((week) => week.day.slice(0, 7)),
              6,
            ),
          },
        ),
      )}
    </div>`,
  );
}

interface Day {
  readonly day: string;
  readonly revenue: number;
  readonly mean: number | undefined;
}

/** Whole weeks, the last ending today. */
function sums(days: readonly Day[], length: number): Day[] {
  const weeks: Day[] = [];
  for (let from = days.length % length; from + length <= days.length; from += length) {
    const week = days.slice(from, from + length);
    const revenue = Math.max(
      0,
      week.reduce((sum, day) => sum + day.revenue, 0),
    );
    const mean = week.at(-1)!.mean;
    weeks.push({
      day: week[0]!.day,
      revenue,
      mean: mean === undefined ? undefined : Math.max(0, mean * length),
    });
  }
  return weeks;
}

function dayText(id: string): string {
  return `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`;
}
