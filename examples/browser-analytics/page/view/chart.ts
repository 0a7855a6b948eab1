import * as Plot from "@observablehq/plot";
import type { App, State } from "../app.ts";
import { el, fill } from "../dom.ts";
import type { Summary } from "../lake/summary.ts";

/** What the rows come to, over time and by group. Drawn anew where the page's width changes. */
export function chartView(app: App): HTMLElement {
  const charts = el("div", { class: "charts" });
  const draw = (state: State): void => {
    const width = charts.clientWidth;
    if (width === 0) return;
    fill(charts, ...figures(state, width));
  };
  app.onChange((state, before) => {
    if (state.summary !== before.summary || state.lake !== before.lake) draw(state);
    charts.toggleAttribute("data-stale", state.busy !== "");
  });
  charts.addEventListener("shown", () => draw(app.state));
  new ResizeObserver(() => draw(app.state)).observe(charts);
  return charts;
}

function figures({ summary, question, busy, problem }: State, width: number): Node[] {
  if (!summary) {
    const text = problem !== undefined ? "" : busy ? "Reading …" : "No table is open.";
    return [el("p", { class: "empty" }, text)];
  }
  if (summary.rows === 0) {
    return [
      el("p", { class: "empty" }, "No row is like that. Widen the range, or choose all rows."),
    ];
  }
  const what = question.measure || "rows";
  const wide = width > 900;
  const figures: Node[] = [];
  if (summary.bars.length > 0) {
    figures.push(
      figure(`${what} by ${summary.step}`, overTime(summary, what, wide ? width * 0.62 : width)),
    );
  }
  if (question.group) {
    const rest = wide && figures.length > 0 ? width * 0.38 - 16 : width;
    figures.push(figure(`${what} by ${question.group}`, byGroup(summary, what, rest)));
  }
  if (figures.length === 0) figures.push(el("p", { class: "empty" }, `${what}: ${summary.total}`));
  return figures;
}

function figure(caption: string, chart: Element): HTMLElement {
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", caption);
  return el("figure", { class: "card" }, el("figcaption", {}, caption), chart);
}

/** Colours of the palette, in the order of the groups: the largest first, grey for the others. */
function colours({ groups }: Summary): { domain: string[]; range: string[] } {
  const domain = groups.map(({ name }) => name);
  return {
    domain,
    range: domain.map((name, k) => (name === "others" ? "var(--soft)" : `var(--c${k % 8})`)),
  };
}

const PADDING = 38;

function overTime(summary: Summary, what: string, width: number): Element {
  const interval = summary.step === "month" ? "month" : "day";
  return Plot.plot({
    width: width - PADDING,
    height: 280,
    marginLeft: 56,
    color: { ...colours(summary), legend: false },
    x: { type: "utc", label: null },
    y: { label: null, grid: true, tickFormat: "~s" },
    marks: [
      Plot.rectY(summary.bars, {
        x: "at",
        y: "value",
        fill: "group",
        interval,
        order: summary.groups.map(({ name }) => name),
        inset: 0.5,
        tip: { format: { x: true, y: true, fill: true } },
      }),
      Plot.ruleY([0]),
    ],
    ariaLabel: what,
  } as Plot.PlotOptions);
}

function byGroup(summary: Summary, what: string, width: number): Element {
  return Plot.plot({
    width: width - PADDING,
    height: Math.max(120, summary.groups.length * 34 + 30),
    marginLeft: 96,
    marginRight: 50,
    color: colours(summary),
    x: { label: null, grid: true, tickFormat: "~s", ticks: 4 },
    y: { label: null, domain: summary.groups.map(({ name }) => name) },
    marks: [
      Plot.barX(summary.groups, {
        x: "value",
        y: "name",
        fill: "name",
        insetTop: 2,
        insetBottom: 2,
      }),
      Plot.text(summary.groups, {
        x: "value",
        y: "name",
        text: ({ value }: { value: number }) => compact.format(value),
        textAnchor: "start",
        dx: 6,
        fill: "currentColor",
      }),
      Plot.ruleX([0]),
    ],
    ariaLabel: what,
  });
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
