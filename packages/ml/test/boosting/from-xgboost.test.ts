import { describe, expect, it } from "vitest";
import { fromXgboost } from "../../src/index.ts";
import { csvColumns, haveData, json, numberColumns, numbers } from "../shared-data.ts";

const files = [
  "xgb_telco_d4_50.json",
  "sample200_X.csv",
  "sample200_margin.csv",
  "sample200_contribs.csv",
].map((file) => `shap/${file}`);

describe.skipIf(!haveData(...files))("a model that XGBoost trained", () => {
  it("gives XGBoost's margins and its exact SHAP values", () => {
    const rows = numberColumns(csvColumns("shap/sample200_X.csv"));
    const model = fromXgboost(json("shap/xgb_telco_d4_50.json"), { features: Object.keys(rows) });
    const margins = numbers("shap/sample200_margin.csv");
    const expected = Object.values(numberColumns(csvColumns("shap/sample200_contribs.csv")));
    const given = model.margins(rows);
    const { base, values, features } = model.explain(rows);
    expect(margins).toHaveLength(200);
    for (let i = 0; i < 200; i++) {
      expect(given[i]).toBeCloseTo(margins[i]!, 5);
      features.forEach((_, k) => {
        expect(values[i * features.length + k]).toBeCloseTo(expected[k]![i]!, 5);
      });
      expect(base).toBeCloseTo(expected[features.length]![i]!, 5);
    }
  });
});

it("JSON that is no XGBoost model is refused", () => {
  expect(() => fromXgboost({ learner: 1 })).toThrow(
    expect.objectContaining({ code: "ML_INVALID_MODEL" }),
  );
});
