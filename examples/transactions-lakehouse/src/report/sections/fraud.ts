import {
  barList,
  columnChart,
  figure,
  grouped,
  type Html,
  html,
  name,
  num,
  score,
  section,
  table,
} from "@lakewright/example-report-kit";
import { SCORE_BIN } from "../../models/fraud.ts";
import type { FraudFacts, PlantedFacts } from "../model.ts";
import { plantedNote } from "./planted.ts";

/** Transactions unlike the others. */
export function fraudSection(fraud: FraudFacts, planted: PlantedFacts | undefined): Html {
  const { scored, threshold, anomalies, top } = fraud;
  return section(
    "anomalies",
    "Unusual transactions",
    html`An isolation forest scored ${num("fraud.scored", scored)} transactions; the
    ${num("fraud.count", anomalies.length)} above ${score("fraud.threshold", threshold)} are worth a
    look.`,
    html`<div class="grid">
        ${figure("Transactions by score", histogramChart(fraud), "The scale is logarithmic; above the threshold columns are red.")}
        ${figure("What makes them unusual", reasonBars(fraud), planted?.fraud && plantedNote("fraud", planted.fraud, "frauds"))}
      </div>
      <figure class="wide">
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
      </figure>`,
  );
}

function histogramChart({ histogram, threshold }: FraudFacts): Html {
  const first = Math.max(0, histogram.findIndex((count) => count > 0) - 1);
  const last = histogram.findLastIndex((count) => count > 0) + 1;
  const bins = histogram
    .slice(first, last + 1)
    .map((count, k) => ({ count, start: Number(((first + k) * SCORE_BIN).toFixed(2)) }));
  return columnChart(
    // The tail is what matters: a logarithm shows it next to the crowd.
    bins.map(({ count, start }) => ({
      key: `score.${start}`,
      value: Math.log10(count + 1),
      exact: count,
      title: `${start.toFixed(2)} and up: ${count}`,
      colour: start >= threshold ? "red" : undefined,
    })),
    {
      title: "Transactions by anomaly score, on a logarithmic scale",
      labels: new Map(
        bins.flatMap(({ start }, k) =>
          Math.round(start * 100) % 10 === 0 ? [[k, start.toFixed(1)] as const] : [],
        ),
      ),
      logarithmic: true,
    },
  );
}

/** How often each reason is among the three of an anomaly. */
function reasonBars({ anomalies }: FraudFacts): Html {
  const counts = new Map<string, number>();
  for (const reason of anomalies.flatMap(({ reasons }) => reasons))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return barList(
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, n]) => ({
        label: reason,
        size: n,
        value: num(`fraud.reason.${reason}`, n),
        colour: "red",
      })),
  );
}
