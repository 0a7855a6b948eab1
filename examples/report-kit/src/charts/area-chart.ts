import { type Html, html } from "../page/html.ts";
import { labelAxis, plot, valueAxis } from "./axes.ts";
import { ticks } from "./scale.ts";

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

/** An area over a common base, for many values one after the other; values from 0. */
export function areaChart(points: readonly AreaPoint[], options: AreaChartOptions): Html {
  const { title, labels, colour = "blue", lineColour = "violet" } = options;
  const { width = 480, height = 190 } = options;
  const marks = ticks(
    Math.max(...points.map((point) => Math.max(point.value, point.line ?? 0)), 0),
  );
  const area = plot(width, height, marks.at(-1)!);
  const step = (width - area.left) / Math.max(1, points.length - 1);
  const at = (k: number): number => area.left + k * step;
  const x = (k: number): string => at(k).toFixed(1);
  const y = (value: number): string => area.y(Math.max(0, value)).toFixed(1);
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
    ${valueAxis(area, marks)}
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
          x="${x(k - 0.5)}"
          y="${area.top}"
          width="${step.toFixed(2)}"
          height="${area.inner}"
          fill="transparent"
          ><title>${point.title}</title></rect
        >`,
    )}
    ${labelAxis(area, labels, at)}
  </svg>`;
}
