import { card, grouped, type Html, html, num, percent } from "@lakewright/example-report-kit";
import type { ReportModel } from "../model.ts";

/** The numbers people ask for first. */
export function glanceCards(model: ReportModel): Html {
  const { balance, people, quality, fraud, outages, churn } = model;
  const atRisk =
    churn.kind === "scored"
      ? churn.result.scores.filter(({ risk }) => risk === "high").length
      : undefined;
  return html`<div class="cards">
    ${turnover(model)}
    ${people === undefined ? "" : card(people.linked ? "people" : "users", num("glance.people", people.people), people.linked ? html`${num("glance.users", people.users)} accounts` : undefined)}
    ${balance.read === 0 ? "" : card("quality score", percent("glance.quality", quality.score), "of checks passed")}
    ${fraud === undefined ? "" : card("anomalies", num("glance.anomalies", fraud.anomalies.length), "unusual transactions", "bad")}
    ${outages === undefined ? "" : card("outages", num("glance.outages", outages.outages.length), "nothing arrived", outages.outages.length > 0 ? "bad" : "good")}
    ${atRisk === undefined ? "" : card("at high risk", num("glance.risk", atRisk), "may not come back", "warn")}
  </div>`;
}

function turnover({ money: { eur, currencies } }: ReportModel): Html | string {
  const only = currencies.length === 1 ? currencies[0] : undefined;
  const total = only?.total ?? eur;
  if (total === undefined) return "";
  const whole = grouped(total.split(".")[0]!);
  return card(
    `turnover, ${only?.currency ?? "EUR"}`,
    num("glance.total", total, whole),
    only ? undefined : html`from ${num("glance.currencies", currencies.length)} currencies`,
  );
}
