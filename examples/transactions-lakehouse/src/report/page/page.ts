import type { ReportModel } from "../model.ts";
import { balanceSection } from "../sections/balance.ts";
import { churnSection } from "../sections/churn.ts";
import { fraudSection } from "../sections/fraud.ts";
import { glanceCards } from "../sections/glance.ts";
import { moneySection } from "../sections/money.ts";
import { notesSection } from "../sections/notes.ts";
import { peopleSection } from "../sections/people.ts";
import { qualitySection } from "../sections/quality.ts";
import { tablesSection } from "../sections/tables.ts";
import { volumeSection } from "../sections/volume.ts";
import { Html, html } from "./html.ts";
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
    ["balance", "Records", balanceSection(balance, glanceCards(model))],
    ["notes", "Notes", notes.length > 0 ? notesSection(notes) : undefined],
    ["volume", "Volume", volume && volumeSection(volume, outages, planted)],
    ["money", "Amounts", some ? moneySection(money, payments, products) : undefined],
    ["anomalies", "Anomalies", fraud && fraudSection(fraud, planted)],
    ["people", "People", people && peopleSection(people, planted)],
    [
      "churn",
      "Churn",
      churn.kind === "scored" && churn.result.scores.length > 0
        ? churnSection(churn.result)
        : undefined,
    ],
    ["quality", "Quality", qualitySection(quality, balance)],
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
          ${new Html(styles)}
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
        <footer>
          A test recomputes the records, amounts and summaries on this page by SQL over the raw
          input, and holds what the models say against the tables it came from.
        </footer>
      </body>
    </html> `.markup;
}
