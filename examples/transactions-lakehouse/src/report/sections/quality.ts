import {
  barList,
  figure,
  type Html,
  html,
  name,
  num,
  percent,
  section,
  table,
} from "@lakewright/example-report-kit";
import type { Balance, QualityFacts } from "../model.ts";

/** What the gate checked, over all records that could be decoded and were not dropped; and what it kept back. */
export function qualitySection({ score, checks }: QualityFacts, balance: Balance): Html {
  const { quarantined, dropped, quarantinedBy, droppedBy } = balance;
  return section(
    "quality",
    "Quality gate",
    html`A contract stands between the streams and the tables everything else is made from. Its
    score is ${percent("quality.score", score)}.`,
    html`<figure class="wide">
        ${table("Checks", checks, [
          { title: "check", cell: (row) => row.id },
          { title: "passes", cell: (row) => name(row.threshold) },
          {
            title: "rows",
            numeric: true,
            cell: (row) => num(`check.${row.id}.evaluated`, row.evaluated),
          },
          {
            title: "failed",
            numeric: true,
            cell: (row) =>
              html`<span class="${row.failed > 0 ? "bad" : "good"}"
                >${num(`check.${row.id}.failed`, row.failed)}</span
              >`,
          },
          {
            title: "passed",
            numeric: true,
            cell: (row) =>
              percent(
                `check.${row.id}.share`,
                row.evaluated === 0 ? undefined : 1 - row.failed / row.evaluated,
              ),
          },
        ])}
      </figure>
      <div class="grid">
        ${quarantined > 0 ? figure("Why records are in quarantine", bars("quarantinedBy", quarantinedBy, "amber")) : ""}
        ${dropped > 0 ? figure("Rules that dropped records", bars("droppedBy", droppedBy, "violet")) : ""}
      </div>
      ${examples(balance)}`,
  );
}

function bars(key: string, counts: Readonly<Record<string, number>>, colour: string): Html {
  return barList(
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, n]) => ({
        label: name(kind),
        size: n,
        value: num(`${key}.${kind}`, n),
        colour,
      })),
  );
}

function examples({ examples: rows }: Balance): Html | string {
  if (rows.length === 0) return "";
  return html`<figure class="wide">
    ${table("The first quarantined record of each kind", rows, [
      { title: "kind", cell: (row) => name(row.kind) },
      { title: "line", numeric: true, cell: (row) => num(`quarantine.line.${row.kind}`, row.line) },
      { title: "reason", cell: (row) => name(row.reason) },
    ])}
  </figure>`;
}
