import type { RecordBatch } from "apache-arrow";
import type { FeatureData } from "../data/matrix.ts";
import { startJob } from "../job.ts";
import { sigmoid } from "../math/portable.ts";
import {
  type Classifier,
  type ClassifierSpec,
  type PredictOptions,
  predictionBatch,
  readTraining,
} from "../model/classifier.ts";
import { type Contributions, explainTrees } from "../model/contributions.ts";
import {
  type ApplyOptions,
  type FeatureSchema,
  featuresOf,
  schemaFromJson,
} from "../model/features.ts";
import { type ModelJson, modelJson, openModel } from "../model/model-json.ts";
import { finiteNumber, readOptions, seed, wholeNumber } from "../options.ts";
import { sumLeaves } from "../trees/traverse.ts";
import type { Trees } from "../trees/trees.ts";
import { treesFromJson, treesToJson } from "../trees/trees-json.ts";
import { boost } from "./boost.ts";

export interface GradientBoostingOptions {
  /** Trees at most. Default 100. */
  readonly rounds?: number | undefined;
  /** How much of its step each tree takes. Default 0.05. */
  readonly learningRate?: number | undefined;
  /** Leaves of a tree at most, 2 to 256. Default 15. */
  readonly maxLeaves?: number | undefined;
  /** Rows of a leaf at least. Default 20. */
  readonly minLeafRows?: number | undefined;
  /** L2 penalty on leaf values. Default 1. */
  readonly l2?: number | undefined;
  /**
   * Stop where the log-loss on rows held out did not improve for this many rounds, and keep the best number of trees.
   * Default 0: no rows are held out, all rounds are run.
   */
  readonly patience?: number | undefined;
  /** Share of the rows held out where `patience` is set. Default 0.1. */
  readonly holdout?: number | undefined;
  /** Decides which rows are held out, nothing else. Default 0. */
  readonly seed?: number | undefined;
}

const rules = {
  rounds: wholeNumber(100, 1, 10_000),
  learningRate: finiteNumber(0.05, 1e-6, 1),
  maxLeaves: wholeNumber(15, 2, 256),
  minLeafRows: wholeNumber(20, 1, 1_000_000_000),
  l2: finiteNumber(1, 0, 1e12),
  patience: wholeNumber(0, 0, 10_000),
  holdout: finiteNumber(0.1, 0.01, 0.5),
  seed: seed(),
};

/**
 * Gradient boosting of trees on histograms, for two classes by log-loss. The defaults are cautious: small business tables
 * are learned better with small steps and small trees. Missing values are fine: each split learns where they go.
 * Without `patience` the model does not depend on the order of the rows.
 *
 * Sources: Friedman, "Greedy function approximation" (2001); Ke et al., "LightGBM" (2017) for growth by leaf.
 *
 * @throws MlError ML_INVALID_OPTION
 */
export function gradientBoosting(
  options?: GradientBoostingOptions,
): ClassifierSpec<GradientBoosting> {
  const settings = readOptions("gradientBoosting", options, rules);
  return {
    async fit(data, fitOptions) {
      const job = startJob(fitOptions);
      const { matrix, labels, schema } = await readTraining(data, fitOptions);
      const model = await boost(matrix, labels, settings, job);
      return new GradientBoosting(schema, model.start, model.trees);
    },
  };
}

/** Boosted trees that were fitted. Contributions are in log-odds. Immutable. */
export class GradientBoosting implements Classifier {
  static readonly kind = "gradient-boosting";
  private readonly schema: FeatureSchema;
  private readonly start: number;
  private readonly trees: Trees;

  /** @internal Use {@link gradientBoosting}, {@link GradientBoosting.fromJson} or `fromXgboost`. */
  constructor(schema: FeatureSchema, start: number, trees: Trees) {
    this.schema = schema;
    this.start = start;
    this.trees = trees;
  }

  get features(): readonly string[] {
    return this.schema.features;
  }

  /** How many trees there are. */
  get rounds(): number {
    return this.trees.roots.length;
  }

  margins(data: FeatureData, options?: ApplyOptions): Float64Array {
    return sumLeaves(this.trees, featuresOf(this.schema, data, options), this.start);
  }

  probabilities(data: FeatureData, options?: ApplyOptions): Float64Array {
    return this.margins(data, options).map(sigmoid);
  }

  predict(data: FeatureData, options?: PredictOptions): RecordBatch {
    return predictionBatch(this, this.schema, data, options);
  }

  explain(data: FeatureData, options?: ApplyOptions): Contributions {
    return explainTrees(this.trees, featuresOf(this.schema, data, options), this.start, 1);
  }

  toJSON(): ModelJson {
    return modelJson(GradientBoosting.kind, {
      ...this.schema,
      start: this.start,
      trees: treesToJson(this.trees),
    });
  }

  /**
   * The model that {@link toJSON} stored, checked: the JSON may come from anyone.
   *
   * @throws MlError ML_INVALID_MODEL
   */
  static fromJson(json: unknown): GradientBoosting {
    const reader = openModel(json, GradientBoosting.kind);
    const schema = schemaFromJson(reader);
    return new GradientBoosting(
      schema,
      reader.number("start"),
      treesFromJson(reader.part("trees"), schema.features.length),
    );
  }
}
