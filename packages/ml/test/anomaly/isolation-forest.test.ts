import { describe, expect, it } from "vitest";
import { toRows } from "@lakewright/core";
import { areaUnderRoc, IsolationForest, isolationForest } from "../../src/index.ts";
import { meanPathLength } from "../../src/anomaly/path-length.ts";
import { csvColumns, haveData, json, numberColumns } from "../shared-data.ts";

/** Sets small enough for ten seeds each in a second; the tolerance is that of the reference's own spread. */
const sets = ["Ionosphere", "Pima", "annthyroid", "breastw", "cardio", "pendigits", "thyroid"];

describe.skipIf(!haveData("reference.json", ...sets.map((set) => `adbench/${set}.csv.gz`)))(
  "on the ADBench sets",
  () => {
    const aucOf = (set: string): number => {
      const reference = json("reference.json") as {
        anomaly_isolation_forest: { dev: Readonly<Record<string, { auc_mean: number }>> };
      };
      return reference.anomaly_isolation_forest.dev[set]!.auc_mean;
    };
    const differences: number[] = [];

    it.each(sets)("finds the anomalies of %s as scikit-learn's forest does", async (set) => {
      const text = csvColumns(`adbench/${set}.csv.gz`);
      const labels = Uint8Array.from(text["label"]!, Number);
      const columns = numberColumns(text, "label");
      let auc = 0;
      for (let seed = 0; seed < 10; seed++) {
        const forest = await isolationForest({ seed }).fit(columns);
        auc += areaUnderRoc(forest.scores(columns), labels) / 10;
      }
      differences.push(auc - aucOf(set));
      expect(Math.abs(differences.at(-1)!)).toBeLessThan(0.02);
    });

    it("is as good on the whole", () => {
      const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
      expect(Math.abs(mean)).toBeLessThan(0.01);
    });
  },
);

it("normalises by the mean path length of the paper", () => {
  // Liu et al. (2008), equation 1, with ln(n - 1) + Euler's constant for the harmonic number, as scikit-learn has it.
  const euler = 0.5772156649015329;
  for (const n of [3, 5, 256, 1000]) {
    expect(meanPathLength(n)).toBeCloseTo(2 * (Math.log(n - 1) + euler) - (2 * (n - 1)) / n, 12);
  }
  expect(meanPathLength(1)).toBe(0);
  expect(meanPathLength(2)).toBe(1);
});

const crowd = Array.from({ length: 500 }, (_, i) => ({
  amount: 20 + ((i * 7919) % 100) / 10,
  hour: 9 + ((i * 31) % 9),
}));
const odd = { amount: 900, hour: 3 };

describe("a forest", () => {
  it("scores a row far from the crowd highest and says which columns made it so", async () => {
    const rows = [...crowd, odd];
    const forest = await isolationForest({ seed: 7 }).fit(rows);
    const scored = toRows(forest.score(rows, { explain: 2 }));
    const highest = scored.reduce(
      (best, row, i) => ((row["score"] as number) > (scored[best]!["score"] as number) ? i : best),
      0,
    );
    expect(highest).toBe(500);
    expect(scored[500]!["score"]).toBeGreaterThan(0.7);
    expect(scored[500]!["reasons"]).toMatchObject([{ value: expect.any(Number) as number }, {}]);
  });

  it("is explained by exact SHAP values: base and parts give the score", async () => {
    const rows = [...crowd.slice(0, 60), odd];
    const forest = await isolationForest({ seed: 7, trees: 30 }).fit(rows);
    const { base, values, features } = forest.explain(rows);
    forest.scores(rows).forEach((score, i) => {
      const sum = values
        .subarray(i * features.length, (i + 1) * features.length)
        .reduce((x, y) => x + y, base);
      expect(2 ** (sum / meanPathLength(rows.length))).toBeCloseTo(score, 9);
    });
  });

  it("does not depend on anything but the seed and the rows, and survives its JSON", async () => {
    const forest = await isolationForest({ seed: 3 }).fit(crowd);
    const again = await isolationForest({ seed: 3 }).fit(crowd);
    const other = await isolationForest({ seed: 4 }).fit(crowd);
    expect(again.scores(crowd)).toEqual(forest.scores(crowd));
    expect(other.scores(crowd)).not.toEqual(forest.scores(crowd));
    const stored = IsolationForest.fromJson(JSON.parse(JSON.stringify(forest)));
    expect(stored.scores(crowd)).toEqual(forest.scores(crowd));
  });

  it("takes a budget as its threshold", async () => {
    const rows = [...crowd, odd];
    const forest = (await isolationForest({ seed: 7 }).fit(rows)).withThreshold({ top: 1 }, rows);
    const anomalies = toRows(forest.score(rows)).flatMap((row, i) => (row["anomaly"] ? [i] : []));
    expect(anomalies).toEqual([500]);
  });

  it("lets a missing value make no row stand out", async () => {
    const rows = [...crowd, { amount: null, hour: 12 }];
    const forest = await isolationForest({ seed: 1 }).fit(rows);
    const scores = forest.scores(rows);
    expect(scores[500]).toBeLessThan(0.6);
  });

  it("gives nothing for no rows, and refuses options nobody reads", async () => {
    const forest = await isolationForest().fit(crowd);
    expect(forest.score([], { explain: 2 }).numRows).toBe(0);
    expect(() => forest.score(crowd, { explian: 1 } as object)).toThrow(/no option "explian"/);
    await expect(isolationForest().fit(crowd, { feature: [] } as object)).rejects.toThrow(
      /no option "feature"/,
    );
  });

  it("takes columns of any name, and says which row is none", async () => {
    const rows = crowd.map((_, k) => ({ schema: k, numRows: k, constructor: k }));
    const forest = await isolationForest().fit(rows);
    expect(forest.features).toEqual(["schema", "numRows", "constructor"]);
    await expect(isolationForest().fit([null as never])).rejects.toMatchObject({
      code: "ML_INVALID_DATA",
    });
  });

  it("refuses what cannot be a forest", async () => {
    await expect(isolationForest().fit([])).rejects.toMatchObject({ code: "ML_TOO_FEW_ROWS" });
    await expect(isolationForest().fit([{ a: "x" }, { a: "y" }])).rejects.toMatchObject({
      code: "ML_INVALID_VALUE",
    });
    expect(() => isolationForest({ seed: 0.5 })).toThrow(/seed/);
  });
});
