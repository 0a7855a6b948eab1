import fc from "fast-check";
import { expect, it } from "vitest";
import {
  areaUnderRoc,
  averagePrecision,
  evaluateProbabilities,
  stratifiedFolds,
} from "../../src/index.ts";

const cases = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.boolean()), { minLength: 2, maxLength: 60 })
  .filter((rows) => rows.some(([, y]) => y) && rows.some(([, y]) => !y));

it("the area under the ROC curve is the share of pairs in the right order, ties counting half", () => {
  fc.assert(
    fc.property(cases, (rows) => {
      let won = 0;
      let pairs = 0;
      for (const [a, y] of rows)
        for (const [b, z] of rows)
          if (y && !z) {
            pairs++;
            won += a > b ? 1 : a === b ? 0.5 : 0;
          }
      const auc = areaUnderRoc(
        Float64Array.from(rows, ([score]) => score),
        rows.map(([, y]) => Number(y)),
      );
      expect(auc).toBeCloseTo(won / pairs, 10);
    }),
  );
});

it("average precision is the mean precision at each positive, tied scores taken together", () => {
  // scikit-learn's documentation of average_precision_score.
  expect(averagePrecision(Float64Array.of(0.1, 0.4, 0.35, 0.8), [0, 0, 1, 1])).toBeCloseTo(
    0.8333333,
    6,
  );
});

it("log-loss, Brier score and calibration error are those of their definitions", () => {
  const judged = evaluateProbabilities([0.9, 0.1, 0.8, 0.35], [1, 0, 0, 1]);
  const logLoss = -(Math.log(0.9) + Math.log(0.9) + Math.log(0.2) + Math.log(0.35)) / 4;
  expect(judged.logLoss).toBeCloseTo(logLoss, 10);
  expect(judged.brier).toBeCloseTo((0.01 + 0.01 + 0.64 + 0.4225) / 4, 10);
  expect(judged.ece).toBeCloseTo((0.1 + 0.1 + 0.8 + 0.65) / 4, 10);
  expect(judged).toMatchObject({ rows: 4, positives: 2 });
  expect(() => evaluateProbabilities([1.2], [1])).toThrow(
    expect.objectContaining({ code: "ML_INVALID_VALUE" }),
  );
});

it("folds have about the same share of each class", () => {
  const labels = Array.from({ length: 103 }, (_, i) => (i % 7 === 0 ? 1 : 0));
  const fold = stratifiedFolds(labels, 5, 1);
  for (let f = 0; f < 5; f++) {
    const positives = labels.filter((y, i) => y === 1 && fold[i] === f).length;
    expect(positives).toBeGreaterThanOrEqual(3);
    expect(positives).toBeLessThanOrEqual(4);
  }
  expect(() => stratifiedFolds([1, 0, 0, 0], 3, 1)).toThrow(
    expect.objectContaining({ code: "ML_TOO_FEW_ROWS" }),
  );
});

it.each([areaUnderRoc, averagePrecision])("%o refuses what it cannot rank", (measure) => {
  const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });
  expect(() => measure([0.5, 0.4], [1, 0, 1])).toThrow(code("ML_INVALID_TARGET"));
  expect(() => measure([0, 1], [0.3, 0.9])).toThrow(code("ML_INVALID_TARGET"));
  expect(() => measure([NaN, 0.4], [1, 0])).toThrow(code("ML_INVALID_VALUE"));
});
