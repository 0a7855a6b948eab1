import { type Content, type Html, html } from "../page/html.ts";

export interface Part {
  readonly label: Content;
  readonly size: number;
  /** What the legend says of it. */
  readonly value: Content;
  readonly colour: string;
}

/** One bar cut into parts, and what each is: how a whole is divided. */
export function splitBar(title: string, parts: readonly Part[]): Html {
  const total = parts.reduce((sum, part) => sum + Math.max(0, part.size), 0) || 1;
  const percent = (part: Part): string => ((100 * Math.max(0, part.size)) / total).toFixed(2);
  return html`<div class="split-bar">
    <div class="split chart" role="img" aria-label="${title}">
      ${parts.map(
        (part) =>
          html`<span style="width:${percent(part)}%;background:var(--${part.colour})"></span>`,
      )}
    </div>
    <ul class="split-legend">
      ${parts.map(
        (part) =>
          html`<li>
            <i style="background:var(--${part.colour})"></i><span class="label">${part.label}</span
            ><span class="amount">${part.value}</span>
          </li>`,
      )}
    </ul>
  </div>`;
}
