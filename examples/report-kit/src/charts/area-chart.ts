import { type Html, html } from "../page/html.ts";
import { short, ticks } from "./scale.ts";

export interface AreaPoint {
  readonly value: number;
  /** A second line over the area, such as a mean. */
  readonly line?: number | undefined;
  /** What the pointer shows. */
  readonly title: string;
}

export interface AreaChartOptions {
  /** Said to those who cannot see it. */
  readonly title: string;
  /** Below some points, by index. */
  readonly labels: ReadonlyMap<number, string>;
  readonly colour?: string;
  readonly lineColour?: string;
  readonly width?: number;
  readonly height?: number;
}

const LEFT = 40;
const BOTTOM = 26;
const TOP = 10;

/** An area over a common base, for many values one after the other; values from 0. */
export function areaChart(points: readonly AreaPoint[], options: AreaChartOptions): Html {
  const { title, labels, colour = "blue", lineColour = "violet" } = options;
  const { width = 480, height = 190 } = options;
  const marks = ticks(
    Math.max(...points.map((point) => Math.max(point.value, point.line ?? 0)), 0),
  );
  const top = marks.at(-1)!;
  const inner = height - TOP - BOTTOM;
  const step = (width - LEFT) / Math.max(1, points.length - 1);
  const x = (k: number): string => (LEFT + k * step).toFixed(1);
  const y = (value: number): string => (TOP + inner * (1 - Math.max(0, value) / top)).toFixed(1);
  const path = (values: readonly (number | undefined)[]): string =>
    values
      .flatMap((value, k) => (value === undefined ? [] : [`${x(k)},${y(value)}`]))
      .map((place, k) => `${k === 0 ? "M" : "L"}${place}`)
      .join("");
  const outline = path(points.map((point) => point.value));
  const lines = points.map((point) => point.line);
  const base = y(0);
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
    <title>${title}</title>
    <g class="scale" aria-hidden="true">
      ${marks.map(
        (mark) =>
          html`<line
              class="grid-line"
              x1="${LEFT}"
              x2="${width}"
              y1="${y(mark)}"
              y2="${y(mark)}"
            /><text x="${LEFT - 6}" y="${(Number(y(mark)) + 4).toFixed(1)}" text-anchor="end"
              >${short(mark)}</text
            >`,
      )}
    </g>
    <path
      d="${outline}L${x(points.length - 1)},${base}L${x(0)},${base}Z"
      fill="var(--${colour})"
      opacity=".18"
    />
    <path d="${outline}" fill="none" stroke="var(--${colour})" stroke-width="1.2" opacity=".7" />
    ${
      lines.some((line) => line !== undefined)
        ? html`<path
            d="${path(lines)}"
            fill="none"
            stroke="var(--${lineColour})"
            stroke-width="2.2"
            stroke-linejoin="round"
          />`
        : ""
    }
    ${points.map(
      (point, k) =>
        html`<rect
          x="${(LEFT + (k - 0.5) * step).toFixed(1)}"
          y="${TOP}"
          width="${step.toFixed(2)}"
          height="${inner}"
          fill="transparent"
          ><title>${point.title}</title></rect
        >`,
    )}
    <g class="scale" aria-hidden="true">
      ${[...labels].map(
        ([k, text]) =>
          html`<text x="${x(k)}" y="${height - 6}" text-anchor="middle">${text}</text>`,
      )}
    </g>
  </svg>`;
}
