import { type Content, type Html, html } from "../page/html.ts";

/** A value and how much of its range it fills, for the cell of a table; green, amber or red by its share. */
export function meter(shown: Content, share: number | undefined): Html {
  if (share === undefined) return html`<span class="none">–</span>`;
  const full = Math.min(1, Math.max(0, share));
  const tone = full >= 0.75 ? "green" : full >= 0.5 ? "amber" : "red";
  return html`<span class="meter"
    ><span class="meter-track" aria-hidden="true"
      ><span style="width:${(100 * full).toFixed(1)}%;background:var(--${tone})"></span></span
    ><span>${shown}</span></span
  >`;
}
