import { type Html, html } from "../page/html.ts";
import { labelAxis, plot, valueAxis } from "./axes.ts";
import { ticks } from "./scale.ts";

export interface Column {
  /** Under which a test finds the value. */
  readonly key: string;
  readonly value: number;
  /** The number itself, where the height is made from it. */
  readonly exact?: number | undefined;
  /** What the pointer shows. */
  readonly title: string;
  /** Default the colour of the chart. */
  readonly colour?: string | undefined;
}

export interface ColumnChartOptions {
  /** Said to those who cannot see it. */
  readonly title: string;
  /** Below some columns, by index. */
  readonly labels: ReadonlyMap<number, string>;
  readonly colour?: string;
  /** Stretches of columns with a coloured ground. */
  readonly bands?: readonly { readonly from: number; readonly to: number }[];
  readonly height?: number;
  /** Heights are log10(n + 1). */
  readonly logarithmic?: boolean;
}

const WIDTH = 480;

/** Columns over a common base, as many as there are; values from 0. */
export function columnChart(columns: readonly Column[], options: ColumnChartOptions): Html {
  const { title, labels, colour = "blue", bands = [], height = 190, logarithmic = false } = options;
  const most = Math.max(...columns.map((column) => column.value), 0);
  const marks = logarithmic ? powers(most) : ticks(most);
  const top = marks.at(-1)!;
  const area = plot(WIDTH, height, top);
  const { left, inner, y } = area;
  const step = (WIDTH - left) / Math.max(1, columns.length);
  const gap = step > 4 ? Math.min(4, step * 0.2) : 0;
  const x = (k: number): string => (left + k * step).toFixed(2);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    <title>${title}</title>
    ${valueAxis(area, marks, (mark) => (logarithmic && mark > 0 ? 10 ** mark : mark))}
    ${bands.map(
      ({ from, to }) =>
        html`<rect
          class="band"
          x="${x(from)}"
          y="${area.top}"
          width="${Math.max(2, (to - from) * step).toFixed(2)}"
          height="${inner}"
          fill="var(--red-soft)"
        />`,
    )}
    ${columns.map(
      (column, k) =>
        html`<rect
          class="mark"
          data-key="${column.key}"
          data-value="${column.exact ?? column.value}"
          x="${x(k)}"
          y="${y(column.value).toFixed(2)}"
          width="${(step - gap).toFixed(2)}"
          height="${(inner * (column.value / top)).toFixed(2)}"
          fill="var(--${column.colour ?? colour})"
          ><title>${column.title}</title></rect
        >`,
    )}
    ${labelAxis(area, labels, (k) => left + (k + 0.5) * step)}
  </svg>`;
}

/** 0, 1, 2, 3: powers of ten up to `max`, at least to 1. */
function powers(max: number): number[] {
  return Array.from({ length: Math.max(1, Math.ceil(max)) + 1 }, (_, k) => k);
}
