import { describe, expect, it } from "vitest";
import {
  type ClassifierSpec,
  GradientBoosting,
  gradientBoosting,
  LogisticRegression,
  logisticRegression,
  RandomForest,
  randomForest,
} from "../src/index.ts";
import { haveData, json } from "./shared-data.ts";
import { crossValidate } from "./telco.ts";

interface Reference {
  readonly cv5: Readonly<Record<"auc" | "log_loss" | "brier", readonly [number, number]>>;
}

/** Scikit-learn 1.2.1 on the same folds of IBM's Telco data. */
const telco = "telco/telco_numeric.csv";
const peers: readonly [string, ClassifierSpec, string, number][] = [
  [
    "logistic regression",
    logisticRegression(),
    "logistic (StandardScaler, C=1, lbfgs, max_iter=1000)",
    0.0005,
  ],
  [
    "gradient boosting",
    gradientBoosting(),
    "hist_gradient_boosting(lr=0.05,max_iter=100,max_leaf_nodes=15,l2=1)",
    0.002,
  ],
  [
    "random forest",
    randomForest({ minLeafRows: 5 }),
    "random_forest(200, min_samples_leaf=5)",
    0.005,
  ],
];

describe.skipIf(!haveData(telco, "reference.json"))("on the Telco churn data", () => {
  it.each(peers)("%s is as good as scikit-learn's", async (_, spec, peer, tolerance) => {
    const reference = json("reference.json") as {
      churn_telco: { dev: Readonly<Record<string, Reference>> };
    };
    const { cv5 } = reference.churn_telco.dev[peer]!;
    const ours = await crossValidate(telco, "label", ["part"], spec);
    expect(ours.auc).toBeGreaterThan(cv5.auc[0] - tolerance);
    expect(ours.logLoss).toBeLessThan(cv5.log_loss[0] + 2 * tolerance);
    expect(ours.brier).toBeLessThan(cv5.brier[0] + tolerance);
  });
});

const rows = Array.from({ length: 200 }, (_, i) => ({
  a: (i * 37) % 101,
  b: i % 13 === 0 ? null : (i * 17) % 29,
  flag: i % 3 === 0,
  lost: (i * 37) % 101 > 55 ? 1 : 0,
}));

describe.each([
  ["gradientBoosting", gradientBoosting({ minLeafRows: 5 }), GradientBoosting],
  ["randomForest", randomForest({ trees: 20 }), RandomForest],
  ["logisticRegression", logisticRegression(), LogisticRegression],
] as const)("%s", (_, spec, kind) => {
  it("gives probabilities that the reasons add up to", async () => {
    const model = await spec.fit(rows, { target: "lost" });
    const { base, features, values } = model.explain(rows);
    const given = kind === RandomForest ? model.probabilities(rows) : model.margins(rows);
    expect(features).toEqual(["a", "b", "flag"]);
    given.forEach((value, i) => {
      const sum = base + values.subarray(i * 3, i * 3 + 3).reduce((x, y) => x + y, 0);
      expect(sum).toBeCloseTo(value, 9);
    });
  });

  it("comes back from its JSON with the same predictions", async () => {
    const model = await spec.fit(rows, { target: "lost" });
    const stored = kind.fromJson(JSON.parse(JSON.stringify(model)));
    expect(stored.probabilities(rows)).toEqual(model.probabilities(rows));
    expect(stored.features).toEqual(model.features);
  });

  it("does the same for the same seed", async () => {
    const [one, two] = [
      await spec.fit(rows, { target: "lost" }),
      await spec.fit(rows, { target: "lost" }),
    ];
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
  });

  it("names what is wrong with the data", async () => {
    await expect(spec.fit(rows, { target: "gone" })).rejects.toMatchObject({
      code: "ML_INVALID_TARGET",
      message: expect.stringContaining('"gone"') as string,
    });
    await expect(spec.fit([], { target: [] })).rejects.toMatchObject({ code: "ML_INVALID_TARGET" });
    await expect(
      spec.fit(
        [
          { a: Infinity, lost: 0 },
          { a: 1, lost: 1 },
        ],
        { target: "lost" },
      ),
    ).rejects.toMatchObject({ code: "ML_INVALID_VALUE", details: { row: 0, column: "a" } });
    await expect(
      spec.fit(
        [
          { a: "red", lost: 0 },
          { a: "blue", lost: 1 },
        ],
        { target: "lost" },
      ),
    ).rejects.toMatchObject({ code: "ML_INVALID_VALUE", details: { row: 0, column: "a" } });
    const model = await spec.fit(rows, { target: "lost" });
    expect(() => model.predict([{ a: 1, b: 2 }])).toThrow(
      expect.objectContaining({
        code: "ML_FEATURE_MISMATCH",
        details: { missing: ["flag"], unknown: [] },
      }),
    );
  });

  it("refuses JSON of another model, or that somebody changed", async () => {
    const model = await spec.fit(rows, { target: "lost" });
    const broken = { ...model.toJSON(), kind: "survival" };
    expect(() => kind.fromJson(broken)).toThrow(
      expect.objectContaining({ code: "ML_INVALID_MODEL" }),
    );
    expect(() => kind.fromJson({ ...model.toJSON(), features: [] })).toThrow(
      expect.objectContaining({ code: "ML_INVALID_MODEL" }),
    );
    expect(() => kind.fromJson("x")).toThrow(expect.objectContaining({ code: "ML_INVALID_MODEL" }));
  });

  it("gives nothing for no rows", async () => {
    const model = await spec.fit(rows, { target: "lost" });
    expect(model.predict([], { explain: 2 }).numRows).toBe(0);
    expect(model.probabilities([])).toHaveLength(0);
  });

  it("refuses to learn without a target, without a feature, and options nobody reads", async () => {
    const code = (code: string): object => ({ code });
    await expect(spec.fit(rows, {} as never)).rejects.toMatchObject(code("ML_INVALID_TARGET"));
    const onlyTarget = rows.map(({ lost }) => ({ lost }));
    await expect(spec.fit(onlyTarget, { target: "lost" })).rejects.toMatchObject(
      code("ML_INVALID_DATA"),
    );
    const misspelt = { target: "lost", feature: ["a"] };
    await expect(spec.fit(rows, misspelt)).rejects.toThrow(/no option "feature"/);
    const model = await spec.fit(rows, { target: "lost" });
    expect(() => model.predict(rows, { explian: 1 } as object)).toThrow(/no option "explian"/);
    expect(() => model.predict(rows, { explain: -1 })).toThrow(/explain/);
    expect(() => model.margins(rows, { unknownColumns: "drop" as never })).toThrow(
      /unknownColumns/,
    );
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(spec.fit(rows, { target: "lost", signal })).rejects.toThrow("enough");
  });
});

it("options that are not known, or out of range, are named", () => {
  expect(() => gradientBoosting({ trees: 5 } as object)).toThrow(/no option "trees"/);
  expect(() => randomForest({ trees: 0 })).toThrow(/trees of randomForest is 0/);
  expect(() => logisticRegression({ l2: NaN })).toThrow(/l2/);
});
