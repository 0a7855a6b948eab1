import { barList } from "../charts/bar-list.ts";
import type { Balance } from "../model.ts";
import { type Html, html } from "../page/html.ts";
import { name, num } from "../page/numbers.ts";
import { card, figure, section } from "../page/section.ts";
import { table } from "../page/table.ts";

/** Where every record went. */
export function balanceSection(balance: Balance, glance: Html): Html {
  const { read, loaded, quarantined, dropped, droppedBy, quarantinedBy, examples } = balance;
  const sign = (text: string): Html => html`<span class="sign" aria-hidden="true">${text}</span>`;
  const bars = (key: string, counts: Readonly<Record<string, number>>, colour: string): Html =>
    barList(
      Object.entries(counts)
        .toSorted(([, a], [, b]) => b - a)
        .map(([kind, n]) => ({
          label: kind,
          size: n,
          value: num(`${key}.${kind}`, n),
          colour,
        })),
    );
  return section(
    "balance",
    "Every record is accounted for",
    "What was read was loaded, put into quarantine with its reason, or dropped by a rule that has a name.",
    html`<div class="balance">
        ${card("read", num("read", read))}${sign("=")}${card("loaded", num("loaded", loaded), undefined, "good")}${sign("+")}
        ${card("quarantined", num("quarantined", quarantined), undefined, "warn")}${sign("+")}
        ${card("dropped", num("dropped", dropped), undefined, "soft")}
      </div>
      ${glance}
      <div class="grid">
        ${quarantined > 0 ? figure("Why records are in quarantine", bars("quarantinedBy", quarantinedBy, "amber")) : ""}
        ${dropped > 0 ? figure("Rules that dropped records", bars("droppedBy", droppedBy, "violet")) : ""}
      </div>
      ${
        examples.length === 0
          ? ""
          : html`<figure class="wide">
              ${table("The first record of each kind", examples, [
                { title: "kind", cell: (row) => row.kind },
                {
                  title: "line of the file",
                  numeric: true,
                  cell: (row) => num(`quarantine.line.${row.kind}`, row.line),
                },
                { title: "reason", cell: (row) => name(row.reason) },
              ])}
            </figure>`
      }`,
  );
}
