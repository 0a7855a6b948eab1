import { type Html, html, page, type PagePart } from "@lakewright/example-report-kit";
import type { ReportModel } from "./model.ts";
import { balanceSection } from "./sections/balance.ts";
import { churnSection } from "./sections/churn.ts";
import { fraudSection } from "./sections/fraud.ts";
import { glanceCards } from "./sections/glance.ts";
import { moneySection } from "./sections/money.ts";
import { notesSection } from "./sections/notes.ts";
import { peopleSection } from "./sections/people.ts";
import { qualitySection } from "./sections/quality.ts";
import { tablesSection } from "./sections/tables.ts";
import { volumeSection } from "./sections/volume.ts";

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
  const isShown = (part: (typeof parts)[number]): part is PagePart => part[2] !== undefined;
  return page({
    title: `${source.name}: transactions report`,
    heading: source.name,
    lead: html`From <span class="name">${source.file}</span> through streams, a lake, a quality gate
      and a star schema, by Lakewright.`,
    parts: parts.filter(isShown),
    footer: `A test recomputes the records, amounts and summaries on this page by SQL over the raw
      input, and holds what the models say against the tables it came from.`,
  });
}
