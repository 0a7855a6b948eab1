import { expect, it } from "vitest";
import { weightedMedian } from "../../src/model/median.ts";

it.each([
  [[[5, 1]], 5],
  [
    [
      [1, 1],
      [3, 1],
    ],
    2,
  ],
  [
    [
      [9, 1],
      [1, 1],
      [4, 1],
    ],
    4,
  ],
  [
    [
      [1, 10],
      [9, 1],
    ],
    1 + (8 * 0.5) / 5.5,
  ],
  [
    [
      [1, 1],
      [9, 100],
    ],
    9 - (8 * 0.5) / 50.5,
  ],
] as const)("of %j is %d", (items, median) => {
  expect(weightedMedian(items)).toBeCloseTo(median, 12);
});

it("does not follow one value far from the others", () => {
  const others = [0.7, 0.71, 0.72, 0.74].map((m) => [m, 1] as const);
  expect(weightedMedian([...others, [0.01, 1]])).toBeCloseTo(0.71, 12);
});
