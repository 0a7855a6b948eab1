import {
  barList,
  columnChart,
  figure,
  type Html,
  html,
  name,
  num,
  score,
  section,
  table,
} from "@lakewright/example-report-kit";
import type { ChurnResult } from "../../models/churn.ts";
import { withoutEmails } from "../privacy.ts";

const BINS = 20;
const TOP = 8;
const colours: Readonly<Record<string, string>> = { high: "red", medium: "amber", low: "green" };

/** Who may not come back, and why. */
export function churnSection({ horizonDays, scores, areaUnderRoc }: ChurnResult): Html {
  const bins = new Array<number>(BINS).fill(0);
  for (const { probability } of scores) bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!++;
  const levels = ["high", "medium", "low"].map((risk) => ({
    risk,
    count: scores.filter((one) => one.risk === risk).length,
  }));
  return section(
    "churn",
    "Who may not come back",
    html`The probability of no purchase within ${num("churn.horizon", horizonDays)} days, from how
    recently, how often and for how much a person
    bought.${areaUnderRoc === undefined ? "" : html` On people it had not seen, the model put one who left before one who stayed in ${num("churn.auc", areaUnderRoc, `${(areaUnderRoc * 100).toFixed(1)} %`)} of pairs (area under the ROC curve).`}`,
    html`<div class="grid">
        ${figure(
          "People by probability",
          columnChart(
            bins.map((count, k) => ({
              key: `churn.bin.${k}`,
              value: count,
              title: `${k * 5} to ${k * 5 + 5} %: ${count}`,
              colour: colours[levelOf(k)],
            })),
            {
              title: "People by probability of churn",
              labels: new Map([0, 5, 10, 15].map((k) => [k, `${k * 5} %`])),
            },
          ),
        )}
        ${figure("People by risk", barList(levels.map(({ risk, count }) => ({ label: risk, size: count, value: num(`churn.risk.${risk}`, count), colour: colours[risk]! }))))}
      </div>
      <figure class="wide">
        ${table("The likeliest to leave", scores.slice(0, TOP), [
          { title: "person", cell: (row) => name(withoutEmails(row.userId)) },
          {
            title: "probability",
            numeric: true,
            cell: (row, k) => score(`churn.top.${k}`, row.probability),
          },
          {
            title: "because of",
            cell: (row) =>
              row.reasons.map((reason) => html`<span class="reason name">${reason}</span>`),
          },
          { title: "what to do", cell: (row) => row.action.replaceAll("_", " ") },
        ])}
      </figure>`,
  );
}

function levelOf(bin: number): string {
  return bin >= 14 ? "high" : bin >= 8 ? "medium" : "low";
}
