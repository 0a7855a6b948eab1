import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { counterpartOf } from "../src/ml/classifiers.ts";
import { suite } from "../src/suites/ml.ts";
import { fixture, judged, scratch, shared } from "./outcomes.ts";

describe("the suite of models", () => {
  test("measures forests and classifiers against the reference", async () => {
    const { named, failures, metrics } = await judged(suite, tiny());
    expect(named("passed")).toEqual([
      "anomaly isolation forest crowd",
      "churn tiny logistic(C=1) auc",
    ]);
    expect(metrics["auc crowd"]).toBe(1);
    expect(failures).toEqual([
      expect.stringMatching(
        /^anomaly isolation forest other: the mean AUC is 1, expected 0.5 ± 0.02/,
      ),
      "anomaly isolation forest, mean of all sets: the difference is 0.25, expected 0 ± 0.01",
      expect.stringMatching(/^churn tiny logistic\(C=1\) brier: 0\.\d+, expected 0 or better/),
    ]);
    expect(named("unsupported")).toEqual([
      "churn tiny svm(rbf) auc",
      "survival survival rossi",
      "routing vrp C1",
    ]);
  });

  test("checks margins and SHAP values row by row", async () => {
    const folder = shapOfOneSplit(-0.25);
    const { named, failures } = await judged(suite, folder);
    expect(failures).toEqual([]);
    expect(named("passed")).toEqual(["shap one row 0", "shap one row 1", "shap one mean of |x|"]);
    const wrong = await judged(suite, shapOfOneSplit(-0.3), { only: "row 1" });
    expect(wrong.failures).toEqual([expect.stringMatching(/^shap one row 1: the base is -0.25/)]);
  });

  test("reads a classifier from the name scikit-learn's has", () => {
    for (const name of [
      "logistic (StandardScaler, C=1, lbfgs, max_iter=1000)",
      "random_forest(200, min_samples_leaf=5)",
      "rf200(default)",
      "hgb(lr=.05,100,15 leaves)",
    ]) {
      expect(counterpartOf(name), name).toBeDefined();
    }
    expect(counterpartOf("random_forest(200 default)+sigmoid cv5")).toBeUndefined();
    expect(counterpartOf("xgboost 1.7.4(hist,default,nthread=1)")).toBeUndefined();
  });

  test("cannot run without a reference", async () => {
    await expect(judged(suite, fixture("linkage"))).rejects.toThrow(/reference\.json/);
  });

  test("gives XGBoost's SHAP values", async () => {
    const path = shared("ml");
    if (path === undefined) return;
    const { failures, named } = await judged(suite, path, { only: "shap" });
    expect(failures).toEqual([]);
    expect(named("passed").length).toBeGreaterThan(100);
  });
});

/** Anomalies far from a crowd, customers who leave when they are unhappy, and subjects nothing is there for. */
function tiny(): string {
  const folder = scratch();
  const crowd = Array.from({ length: 300 }, (_, i) => `${(i * 37) % 19},${(i * 53) % 23},0`);
  const points = gzipSync(["x,y,label", ...crowd, "400,1,1", "1,400,1"].join("\n"));
  mkdirSync(join(folder, "adbench"));
  for (const set of ["crowd", "other"]) {
    writeFileSync(join(folder, "adbench", `${set}.csv.gz`), points);
  }
  mkdirSync(join(folder, "tiny"));
  const customers = Array.from({ length: 200 }, (_, i) => {
    const mood = (i * 61) % 101;
    return `${i % 5},${mood},${mood + ((i * 17) % 40) < 60 ? 1 : 0}`;
  });
  writeFileSync(
    join(folder, "tiny", "customers.csv"),
    ["fold,mood,label", ...customers].join("\n"),
  );
  const reference = {
    anomaly_isolation_forest: {
      setup: "made up",
      dev: { crowd: { auc_mean: 1, auc_sd: 0 }, other: { auc_mean: 0.5, auc_sd: 0 } },
    },
    churn_tiny: {
      dev: {
        "logistic(C=1)": { cv5: { auc: [0.8, 0.05], brier: [0, 0.001] } },
        "svm(rbf)": { cv5: { auc: [0.8, 0.05] } },
      },
    },
    survival: { dev: { rossi: { n: 1 } } },
    vrp: { dev: { C1: { n: 1 } } },
  };
  writeFileSync(join(folder, "reference.json"), JSON.stringify(reference));
  return folder;
}

/** A tree of one split at 0.5 with leaves -1 (three rows of four) and 2: the base is -0.25, the rest is due to x. */
function shapOfOneSplit(bias: number): string {
  const folder = scratch();
  const tree = {
    left_children: [1, -1, -1],
    right_children: [2, -1, -1],
    split_indices: [0, 0, 0],
    split_conditions: [0.5, -1, 2],
    default_left: [1, 0, 0],
    sum_hessian: [4, 3, 1],
  };
  const learner = {
    feature_names: ["x"],
    objective: { name: "binary:logistic" },
    learner_model_param: { base_score: "5E-1", num_feature: "1", num_class: "0" },
    gradient_booster: { name: "gbtree", model: { trees: [tree], tree_info: [0] } },
  };
  mkdirSync(join(folder, "shap"));
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, "shap", name), text);
  write("model.json", JSON.stringify({ learner, version: [1, 7, 4] }));
  write("one_X.csv", "x\n0\n1\n");
  write("one_margin.csv", "-1\n2\n");
  write("one_contribs.csv", `x,bias\n-0.75,-0.25\n2.25,${bias}\n`);
  const reference = { treeshap: { dev: { top_mean_abs: { x: 1.5 } } } };
  writeFileSync(join(folder, "reference.json"), JSON.stringify(reference));
  return folder;
}
