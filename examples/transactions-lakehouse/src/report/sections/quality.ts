import type { QualityFacts } from "../model.ts";
import { type Html, html } from "../page/html.ts";
import { name, num, percent } from "../page/numbers.ts";
import { card, section } from "../page/section.ts";
import { table } from "../page/table.ts";

/** What the gate checked, over all records that could be decoded and were not dropped. */
export function qualitySection({ score, checks }: QualityFacts): Html {
  return section(
    "quality",
    "Quality gate",
    "A contract stands between the streams and the tables everything else is made from. It checks every decoded transaction.",
    html`<div class="cards">
        ${card("quality score", percent("quality.score", score), "share of rows that pass, by check", "good")}
      </div>
      <figure class="wide">
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
      </figure>`,
  );
}
