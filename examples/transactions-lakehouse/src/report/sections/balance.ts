import { card, type Html, html, num, section } from "@lakewright/example-report-kit";
import type { Balance } from "../model.ts";

/** Where every record went, and below it the numbers people ask for first. */
export function balanceSection(
  { read, loaded, quarantined, dropped }: Balance,
  glance: Html,
): Html {
  const sign = (text: string): Html => html`<span class="sign" aria-hidden="true">${text}</span>`;
  return section(
    "balance",
    "Every record is accounted for",
    "What was read was loaded, put into quarantine with its reason, or dropped by a rule that has a name.",
    html`<div class="balance">
        ${card("read", num("read", read))}${sign("=")}
        ${card("loaded", num("loaded", loaded), undefined, "good")}${sign("+")}
        ${card("quarantined", num("quarantined", quarantined), undefined, "warn")}${sign("+")}
        ${card("dropped", num("dropped", dropped), undefined, "soft")}
      </div>
      ${glance}`,
  );
}
