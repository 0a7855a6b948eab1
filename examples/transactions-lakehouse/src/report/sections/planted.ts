import { type Html, html, num, percent } from "@lakewright/example-report-kit";
import type { Found } from "../model.ts";

/** How well something planted by the generator was found. */
export function plantedNote(key: string, { planted, found, both }: Found, what: string): Html {
  const share = (part: number, whole: number): number | undefined =>
    whole === 0 ? undefined : part / whole;
  return html`<figcaption class="planted">
    The generator planted ${num(`planted.${key}.planted`, planted)} ${what};
    ${num(`planted.${key}.found`, found)} were found, ${num(`planted.${key}.both`, both)} of them
    rightly: precision ${percent(`planted.${key}.precision`, share(both, found))}, recall
    ${percent(`planted.${key}.recall`, share(both, planted))}.
  </figcaption>`;
}
