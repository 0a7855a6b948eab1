import { noCounterpart } from "../judge.ts";
import { anomaly } from "../ml/anomaly.ts";
import { churn } from "../ml/churn.ts";
import { entriesOf, type Judge, readReference } from "../ml/reference.ts";
import { shap } from "../ml/shap.ts";
import type { Suite } from "../suite.ts";

/** Values of scikit-learn, XGBoost and R; the name of a case starts with its subject. */
export const suite: Suite = {
  async *run({ path, wants, metric }) {
    const part = { folder: path, reference: readReference(path), wants, metric };
    for (const judgeAll of [anomaly, churn, shap, notBuilt]) yield* judgeAll(part);
  },
};

/** Subjects the package has nothing for, by the start of their key. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  survival: "survival",
  equipment: "equipment",
  forecast: "forecast",
  vrp: "routing",
  drift: "drift",
  synthetic: "synthetic",
  point_in_time: "point-in-time join",
};

const notBuilt: Judge = async function* ({ reference, wants }) {
  for (const subject of Object.keys(reference)) {
    const start = Object.keys(NOT_BUILT).find((key) => subject.startsWith(key));
    if (start === undefined) continue;
    const names = entriesOf(reference, subject).map(([name]) => name);
    for (const name of names.length > 0 ? names : Object.keys(reference[subject]?.dev ?? {})) {
      const title = `${NOT_BUILT[start]} ${subject} ${name}`;
      if (wants(title)) yield noCounterpart(title);
    }
  }
};
