import { SCORE_BIN } from "../../models/fraud.ts";
import { columnChart } from "../charts/column-chart.ts";
import type { FraudFacts, PlantedFacts } from "../model.ts";
import { type Html, html } from "../page/html.ts";
import { grouped, name, num, score } from "../page/numbers.ts";
import { figure, section } from "../page/section.ts";
import { table } from "../page/table.ts";
import { plantedNote } from "./planted.ts";

/** Transactions unlike the others. */
export function fraudSection(
  { scored, threshold, anomalies, histogram, top }: FraudFacts,
  planted: PlantedFacts | undefined,
): Html {
  const first = Math.max(0, histogram.findIndex((count) => count > 0) - 1);
  const last = histogram.findLastIndex((count) => count > 0) + 1;
  const shown = histogram.slice(first, last + 1);
  const start = (k: number): number => Number(((first + k) * SCORE_BIN).toFixed(2));
  return section(
    "anomalies",
    "Unusual transactions",
    html`An isolation forest scored ${num("fraud.scored", scored)} transactions; the
    ${num("fraud.count", anomalies.length)} above ${score("fraud.threshold", threshold)} are worth a
    look.`,
    html`<div class="grid">
      ${figure(
        "Transactions by score",
        columnChart(
          // The tail is what matters: a logarithm shows it next to the crowd.
          shown.map((count, k) => ({
            key: `score.${start(k)}`,
            value: Math.log10(count + 1),
            exact: count,
            title: `${start(k).toFixed(2)} and up: ${count}`,
            colour: start(k) >= threshold ? "red" : undefined,
          })),
          {
            title: "Transactions by anomaly score, on a logarithmic scale",
            labels: new Map(
              shown.flatMap((_, k) =>
                Math.round(start(k) * 100) % 10 === 0 ? [[k, start(k).toFixed(1)] as const] : [],
              ),
            ),
            logarithmic: true,
          },
        ),
        "The scale is logarithmic; above the threshold columns are red.",
      )}
      <figure>
        ${table("The most unusual", top, [
          {
            title: "transaction",
            cell: (row, k) =>
              row.transactionId === null
                ? html`line ${num(`fraud.top.${k}.line`, row.line)}`
                : name(row.transactionId),
          },
          {
            title: "amount",
            numeric: true,
            cell: (row, k) =>
              html`${num(`fraud.top.${k}.amount`, row.amount, grouped(row.amount))} ${row.currency}`,
          },
          {
            title: "score",
            numeric: true,
            cell: (row, k) => score(`fraud.top.${k}.score`, row.score),
          },
          {
            title: "because of",
            cell: (row) => row.reasons.map((reason) => html`<span class="reason">${reason}</span>`),
          },
        ])}
        ${planted?.fraud === undefined ? "" : plantedNote("fraud", planted.fraud, "frauds")}
      </figure>
    </div>`,
  );
}
