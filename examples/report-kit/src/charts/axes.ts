import { type Html, html } from "../page/html.ts";
import { short } from "./scale.ts";

/** Where a chart's values are drawn, and how far apart. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  /** Of the values, without what stands below them. */
  readonly inner: number;
  readonly height: number;
  y(value: number): number;
}

const LEFT = 40;
const BOTTOM = 26;
const TOP = 10;

/** A plot of values from 0 to `most`. */
export function plot(width: number, height: number, most: number): Plot {
  const inner = height - TOP - BOTTOM;
  const y = (value: number): number => TOP + inner * (1 - value / most);
  return { left: LEFT, top: TOP, width, inner, height, y };
}

/** A line at every mark, and at its left what it stands for. */
export function valueAxis(
  { left, width, y }: Plot,
  marks: readonly number[],
  valueOf: (mark: number) => number = (mark) => mark,
): Html {
  return html`<g class="scale" aria-hidden="true">
    ${marks.map(
      (mark) =>
        html`<line
            class="grid-line"
            x1="${left}"
            x2="${width}"
            y1="${y(mark).toFixed(1)}"
            y2="${y(mark).toFixed(1)}"
          /><text x="${left - 6}" y="${(y(mark) + 4).toFixed(1)}" text-anchor="end"
            >${short(valueOf(mark))}</text
          >`,
    )}
  </g>`;
}

/** Texts below some of the values, by index. */
export function labelAxis(
  { height }: Plot,
  labels: ReadonlyMap<number, string>,
  x: (index: number) => number,
): Html {
  return html`<g class="scale" aria-hidden="true">
    ${[...labels].map(
      ([k, text]) =>
        html`<text x="${x(k).toFixed(1)}" y="${height - 6}" text-anchor="middle">${text}</text>`,
    )}
  </g>`;
}
