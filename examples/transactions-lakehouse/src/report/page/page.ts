import type { ReportModel } from "../model.ts";
import { balanceSection } from "../sections/balance.ts";
import { churnSection } from "../sections/churn.ts";
import { fraudSection } from "../sections/fraud.ts";
import { moneySection } from "../sections/money.ts";
import { notesSection } from "../sections/notes.ts";
import { peopleSection } from "../sections/people.ts";
import { qualitySection } from "../sections/quality.ts";
import { tablesSection } from "../sections/tables.ts";
import { volumeSection } from "../sections/volume.ts";
import { Html, html } from "./html.ts";
import { grouped, num, percent } from "./numbers.ts";
import { card } from "./section.ts";
import { styles } from "./styles.ts";

/** The report: one file, no script, no request, light and dark, readable on a phone. */
export function reportPage(model: ReportModel): string {
  const {
    source,
    balance,
    money,
    volume,
    payments,
    products,
    quality,
    people,
    outages,
    fraud,
    churn,
    planted,
    tables,
    notes,
  } = model;
  const some = balance.loaded > 0;
  const parts: readonly (readonly [id: string, title: string, body: Html | undefined])[] = [
    ["balance", "Records", balanceSection(balance, glance(model))],
    ["notes", "Notes", notes.length > 0 ? notesSection(notes) : undefined],
    ["money", "Amounts", some ? moneySection(money, payments, products) : undefined],
    ["volume", "Volume", volume && volumeSection(volume, outages, planted)],
    ["anomalies", "Anomalies", fraud && fraudSection(fraud, planted)],
    ["quality", "Quality", qualitySection(quality)],
    ["people", "People", people && peopleSection(people, planted)],
    [
      "churn",
      "Churn",
      churn.kind === "scored" && churn.result.scores.length > 0
        ? churnSection(churn.result)
        : undefined,
    ],
    ["tables", "Tables", tablesSection(tables, source.snapshot)],
  ];
  const shown = parts.filter(([, , body]) => body !== undefined);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${source.name}: transactions report</title>
        <style>
          ${styles}
        </style>
      </head>
      <body>
        <header>
          <h1>${source.name}</h1>
          <p class="lead">
            From <span class="name">${source.file}</span> through streams, a lake, a quality gate
            and a star schema, by Lakewright.
          </p>
          <nav aria-label="Sections">
            ${shown.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}
          </nav>
        </header>
        <main>${shown.map(([, , body]) => body)}</main>
        <footer>Every number on this page is recomputed from the raw input by a test.</footer>
      </body>
    </html> `.markup;
}

/** The numbers people ask for first. */
function glance({ balance, money, people, quality, fraud, outages, churn }: ReportModel): Html {
  const [first] = money.currencies;
  const atRisk =
    churn.kind === "scored"
      ? churn.result.scores.filter(({ risk }) => risk === "high").length
      : undefined;
  const total = money.eur ?? (money.currencies.length === 1 ? first?.total : undefined);
  return html`<div class="cards">
    ${total === undefined ? "" : card("turnover", html`${num("glance.total", total, grouped(total.split(".")[0]!))} <small>${money.eur === undefined ? first!.currency : "EUR"}</small>`, money.currencies.length > 1 ? html`in ${num("glance.currencies", money.currencies.length)} currencies, converted` : undefined)}
    ${people === undefined ? "" : card(people.linked ? "people" : "users", num("glance.people", people.people), people.linked ? html`behind ${num("glance.users", people.users)} accounts` : undefined)}
    ${balance.read === 0 ? "" : card("quality score", percent("glance.quality", quality.score))}
    ${fraud === undefined ? "" : card("unusual transactions", num("glance.anomalies", fraud.anomalies.length), undefined, "bad")}
    ${outages === undefined ? "" : card("outages", num("glance.outages", outages.outages.length), undefined, outages.outages.length > 0 ? "bad" : "good")}
    ${atRisk === undefined ? "" : card("people at high risk", num("glance.risk", atRisk), "of not coming back", "warn")}
  </div>`;
}
