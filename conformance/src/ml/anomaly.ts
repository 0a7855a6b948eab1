import { areaUnderRoc, isolationForest } from "@lakewright/ml";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { columnsOf, numbersOf } from "../files.ts";
import { judge, near, noCounterpart } from "../judge.ts";
import { entriesOf, type Judge } from "./reference.ts";

const SEEDS = 10;

/** The mean of ten forests may differ by this, more where the forests of the reference differ much among themselves. */
function toleranceOf(sd: number): number {
  return Math.min(0.04, Math.max(0.02, 3 * sd * Math.sqrt(2 / SEEDS)));
}

/** Isolation forests: mean area under the ROC curve over ten seeds. */
export const anomaly: Judge = async function* ({ folder, reference, wants, metric }) {
  const differences: number[] = [];
  for (const [set, expected] of entriesOf(reference, "anomaly_isolation_forest")) {
    const name = `anomaly isolation forest ${set}`;
    const path = join(folder, "adbench", `${set}.csv.gz`);
    if (!wants(name) || !existsSync(path)) continue;
    yield await judge(name, async () => {
      const auc = await meanArea(path);
      const { auc_mean: mean, auc_sd: sd } = expected as { auc_mean: number; auc_sd: number };
      differences.push(auc - mean);
      metric(`auc ${set}`, Math.round(auc * 1e4) / 1e4);
      near("the mean AUC", auc, mean, toleranceOf(sd));
    });
  }
  const all = "anomaly isolation forest, mean of all sets";
  if (differences.length > 1 && wants(all)) {
    const difference = differences.reduce((sum, one) => sum + one, 0) / differences.length;
    metric("mean difference of auc", Math.round(difference * 1e4) / 1e4);
    yield await judge(all, () => near("the difference", difference, 0, 0.01));
  }
  for (const [set, methods] of entriesOf(reference, "anomaly_other")) {
    for (const method of Object.keys(methods).filter((key) => !key.endsWith("_s"))) {
      const name = `anomaly ${method} ${set}`;
      if (wants(name)) yield noCounterpart(name);
    }
  }
};

async function meanArea(path: string): Promise<number> {
  const text = columnsOf(path);
  const labels = Uint8Array.from(text["label"]!, Number);
  const columns = numbersOf(text, new Set(["label"]));
  let sum = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const forest = await isolationForest({ trees: 100, maxSamples: 256, seed }).fit(columns);
    sum += areaUnderRoc(forest.scores(columns), labels);
  }
  return sum / SEEDS;
}
