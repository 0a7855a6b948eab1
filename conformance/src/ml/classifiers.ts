import {
  type ClassifierSpec,
  gradientBoosting,
  logisticRegression,
  randomForest,
} from "@lakewright/ml";

/** A classifier of ours, and what is done to the features first. */
export interface Counterpart {
  readonly spec: ClassifierSpec;
  readonly shape: (value: number) => number;
}

/** Our classifier for a name like `random_forest(200, min_samples_leaf=5)`; undefined where there is none. */
export function counterpartOf(name: string): Counterpart | undefined {
  if (/sigmoid|isotonic/.test(name)) return undefined;
  const shape = name.includes("log1p") ? Math.log1p : (value: number): number => value;
  const spec = specOf(name);
  return spec && { spec, shape };
}

/** What is not in the name is as scikit-learn has it. */
function specOf(name: string): ClassifierSpec | undefined {
  const number = (pattern: RegExp, otherwise: number): number =>
    Number(pattern.exec(name)?.[1] ?? otherwise);
  if (/^logistic\b/.test(name)) {
    return logisticRegression({ l2: 1 / number(/\bC=([\d.]+)/, 1) });
  }
  if (/^(random_forest\(|rf)\d+/.test(name)) {
    return randomForest({
      trees: number(/^(?:random_forest\(|rf)(\d+)/, 100),
      minLeafRows: number(/min_samples_leaf=(\d+)/, 1),
    });
  }
  if (/^(hist_gradient_boosting|hgb)\b/.test(name)) {
    return gradientBoosting({
      rounds: number(/(?:max_iter=|,)(\d+)(?=[,)])/, 100),
      learningRate: number(/\blr=([\d.]+)/, 0.1),
      maxLeaves: number(/max_leaf_nodes=(\d+)/, number(/\b(\d+) leaves/, 31)),
      l2: number(/\bl2=([\d.]+)/, 0),
    });
  }
  return undefined;
}
