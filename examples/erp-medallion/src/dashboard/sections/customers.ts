import {
  columnChart,
  figure,
  type Html,
  html,
  meter,
  name,
  num,
  percent,
  section,
  splitBar,
  table,
} from "@lakewright/example-report-kit";
import { bigEuro, euro, fixed } from "../format.ts";
import { type DashboardReader, type DataRow, maybe, n, text } from "../reader.ts";

const segmentColours: Readonly<Record<string, string>> = {
  VIP: "violet",
  Regular: "blue",
  "At Risk": "amber",
  Lost: "red",
};
const riskTones: Readonly<Record<string, string>> = { Low: "good", Medium: "warn", High: "bad" };
const TOP = 10;

/** Segments, health, and who to call. */
export async function customersSection(reader: DashboardReader): Promise<Html> {
  const segments =
    await reader.rows(`SELECT customer_segment AS segment, count(*) AS customers, sum(total_revenue) AS revenue
FROM sales_by_customer GROUP BY customer_segment`);
  const ordered = Object.keys(segmentColours).flatMap((segment) =>
    segments.filter((row) => row["segment"] === segment),
  );
  const health = await reader.rows(
    `SELECT floor(health_score / 10) AS bin, count(*) AS customers FROM customer_health_score GROUP BY floor(health_score / 10)`,
  );
  const risks =
    await reader.rows(`SELECT churn_risk_level AS risk, count(*) AS customers, sum(s.total_revenue) AS revenue
FROM customer_health_score h JOIN sales_by_customer s ON s.customer_key = h.customer_key GROUP BY churn_risk_level`);
  const byRisk = ["Low", "Medium", "High"].flatMap((risk) =>
    risks.filter((row) => row["risk"] === risk),
  );
  const calls =
    await reader.rows(`SELECT c.name AS customer, s.rfm_score, s.lifetime_value, s.days_since_last_order, s.churn_probability, h.health_score, h.recommended_action, h.churn_risk_level
FROM customer_health_score h JOIN sales_by_customer s ON s.customer_key = h.customer_key JOIN dim_customer c ON c.customer_key = h.customer_key
WHERE h.recommended_action IN ('Churn Prevention', 'Contact') ORDER BY s.lifetime_value DESC, c.customer_id LIMIT ${TOP}`);
  const part = (row: DataRow, of: "customers" | "revenue", colour: string) => ({
    label: text(row, "segment"),
    size: n(row, of),
    value:
      of === "customers"
        ? num(`segment.${text(row, "segment")}`, n(row, of))
        : bigEuro(`segment-revenue.${text(row, "segment")}`, n(row, of)),
    colour,
  });
  const bins = Array.from({ length: 10 }, (_, bin) =>
    health
      .filter((row) => Math.min(9, n(row, "bin")) === bin)
      .reduce((sum, row) => sum + n(row, "customers"), 0),
  );
  return section(
    "customers",
    "Customers",
    "Recency, frequency and revenue in quintiles (RFM) make the segments; health is engagement, satisfaction and payment.",
    html`<div class="grid">
        ${figure(
          "Customers by segment",
          splitBar(
            "Customers by segment",
            ordered.map((row) => part(row, "customers", segmentColours[text(row, "segment")]!)),
          ),
        )}
        ${figure(
          "Their revenue of the year",
          splitBar(
            "Revenue by segment",
            ordered.map((row) => part(row, "revenue", segmentColours[text(row, "segment")]!)),
          ),
        )}
        ${figure(
          "Health scores",
          columnChart(
            bins.map((customers, bin) => ({
              key: `health.${bin}`,
              value: customers,
              title: `${bin * 10} to ${bin * 10 + 10}: ${customers} customers`,
              colour: bin < 4 ? "red" : bin < 7 ? "amber" : "green",
            })),
            {
              title: "Customers by health score",
              labels: new Map(bins.map((_, bin) => [bin, String(bin * 10)])),
            },
          ),
        )}
        ${figure(
          "Risk of losing them",
          splitBar(
            "Customers by churn risk",
            byRisk.map((row, k) => ({
              label: text(row, "risk"),
              size: n(row, "customers"),
              value: html`${num(`risk.${text(row, "risk")}`, n(row, "customers"))} ·
              ${bigEuro(`risk-revenue.${text(row, "risk")}`, n(row, "revenue"))}`,
              colour: ["green", "amber", "red"][k]!,
            })),
          ),
          "Customers, and what they were invoiced in the year.",
        )}
      </div>
      ${figure(
        undefined,
        table("Call these first: at risk, by what they were worth", calls, [
          { title: "Customer", cell: (row) => name(text(row, "customer")) },
          { title: "RFM", cell: (row) => name(text(row, "rfm_score")) },
          {
            title: "Lifetime",
            numeric: true,
            cell: (row, k) => euro(`call.${k}.lifetime`, n(row, "lifetime_value")),
          },
          {
            title: "Last order",
            numeric: true,
            cell: (row, k) =>
              fixed(`call.${k}.silent`, maybe(row, "days_since_last_order"), 0, " d"),
          },
          {
            title: "Churn",
            numeric: true,
            cell: (row, k) => percent(`call.${k}.churn`, maybe(row, "churn_probability")),
          },
          {
            title: "Health",
            numeric: true,
            cell: (row, k) =>
              meter(
                fixed(`call.${k}.health`, n(row, "health_score"), 0),
                n(row, "health_score") / 100,
              ),
          },
          {
            title: "Do",
            cell: (row) =>
              html`<span class="pill ${riskTones[text(row, "churn_risk_level")]}"
                >${text(row, "recommended_action")}</span
              >`,
          },
        ]),
      )}`,
  );
}
