import { type Content, type Html, html } from "../page/html.ts";

export interface Bar {
  readonly label: Content;
  /** Decides the length of the bar. */
  readonly size: number;
  /** What stands at its end. */
  readonly value: Content;
  readonly colour?: string;
}

/** Labelled bars one below the other: readable at any width. */
export function barList(bars: readonly Bar[]): Html {
  const most = Math.max(...bars.map((bar) => bar.size), 0) || 1;
  const width = (bar: Bar): string => `${Math.max(0, (100 * bar.size) / most).toFixed(2)}%`;
  return html`<ul class="bars chart">
    ${bars.map(
      (bar) =>
        html`<li>
          <span class="label">${bar.label}</span
          ><span class="track"
            ><span
              class="fill"
              style="display:block;width:${width(bar)};background:var(--${bar.colour ?? "blue"})"
            ></span></span
          ><span class="amount">${bar.value}</span>
        </li>`,
    )}
  </ul>`;
}
