import { fromXgboost } from "@lakewright/ml";
import { basename, dirname } from "node:path";
import { columnsOf, filesUnder, jsonOf, numbersOf, textOf } from "../files.ts";
import { judge, near } from "../judge.ts";
import { entriesOf, type Judge } from "./reference.ts";

const TOLERANCE = 1e-5;

/** Margins and exact SHAP values of XGBoost, row by row: `<name>_X.csv`, `_margin.csv`, `_contribs.csv`, one model beside. */
export const shap: Judge = async function* ({ folder, reference, wants }) {
  for (const path of filesUnder(folder, "_X.csv")) {
    const prefix = path.slice(0, -"_X.csv".length);
    const model = filesUnder(dirname(path), ".json")[0];
    const titleOf = (row: number): string => `shap ${basename(prefix)} row ${row}`;
    const meanOf = (feature: string): string => `shap ${basename(prefix)} mean of |${feature}|`;
    const means = entriesOf(reference, "treeshap").find(([name]) => name === "top_mean_abs")?.[1];
    const margins = textOf(`${prefix}_margin.csv`).trim().split("\n").map(Number);
    const names = [...margins.keys()].map(titleOf).concat(Object.keys(means ?? {}).map(meanOf));
    if (model === undefined || !names.some(wants)) continue;
    const rows = numbersOf(columnsOf(path), new Set());
    const booster = fromXgboost(jsonOf(model), { features: Object.keys(rows) });
    const contribs = numbersOf(columnsOf(`${prefix}_contribs.csv`), new Set());
    const found = booster.margins(rows);
    const { base, values, features } = booster.explain(rows);
    for (const [i, margin] of margins.entries()) {
      if (!wants(titleOf(i))) continue;
      yield await judge(titleOf(i), () => {
        near("the margin", found[i]!, margin, TOLERANCE);
        near("the base", base, contribs["bias"]![i]!, TOLERANCE);
        features.forEach((feature, k) => {
          const given = values[i * features.length + k]!;
          near(`the part of ${feature}`, given, contribs[feature]![i]!, TOLERANCE);
        });
      });
    }
    for (const [feature, expected] of Object.entries(means ?? {})) {
      const k = features.indexOf(feature);
      if (!wants(meanOf(feature)) || k < 0) continue;
      yield await judge(meanOf(feature), () => {
        const sum = margins.reduce(
          (total, _, i) => total + Math.abs(values[i * features.length + k]!),
          0,
        );
        near("the mean", sum / margins.length, Number(expected), TOLERANCE);
      });
    }
  }
};
