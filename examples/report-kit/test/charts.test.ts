import { expect, it } from "vitest";
import { areaChart, columnChart } from "../src/index.ts";

const numbers = (svg: string, pattern: RegExp): number[] =>
  [...svg.matchAll(pattern)].map(([, value]) => Number(value));

it.each([
  [
    "columns",
    columnChart(
      [0, 50, 150].map((value) => ({ key: `${value}`, value, title: "" })),
      { title: "t", labels: new Map([[2, "last"]]) },
    ),
  ],
  [
    "an area",
    areaChart(
      [0, 50, 150].map((value) => ({ value, title: "" })),
      { title: "t", labels: new Map([[2, "last"]]) },
    ),
  ],
])("the axis of %s starts at 0 and has lines as far apart as their values", (_, chart) => {
  const svg = chart.markup;
  const values = numbers(svg, /text-anchor="end"\s*>(\d+)</g);
  const heights = numbers(svg, /class="grid-line"[^>]*?y1="([\d.]+)"/g);
  expect(values).toEqual([0, 50, 100, 150]);
  expect(heights).toHaveLength(4);
  const steps = heights.slice(1).map((height, k) => heights[k]! - height);
  for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 0);
  expect(svg).toMatch(/text-anchor="middle"\s*>last</);
});

it.each([false, true])("columns that are all 0 have no height; logarithmic: %s", (logarithmic) => {
  const columns = [{ key: "a", value: 0, title: "" }];
  const svg = columnChart(columns, { title: "t", labels: new Map(), logarithmic }).markup;
  expect(svg).not.toContain("NaN");
  expect(svg).toContain('height="0.00"');
});
