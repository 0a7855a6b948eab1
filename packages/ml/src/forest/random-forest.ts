import { seededRandom } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { FeatureData } from "../data/matrix.ts";
import { startJob } from "../job.ts";
import { logit } from "../math/portable.ts";
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
import { readOptions, seed, wholeNumber } from "../options.ts";
import { binFeatures } from "../trees/bins.ts";
import { sumLeaves } from "../trees/traverse.ts";
import { type Trees, TreeWriter } from "../trees/trees.ts";
import { treesFromJson, treesToJson } from "../trees/trees-json.ts";
import { GiniTreeGrower } from "./grow.ts";

export interface RandomForestOptions {
  /** Default 200. */
  readonly trees?: number | undefined;
  /** Distinct rows of a leaf at least. Default 10: leaves of single rows give bad probabilities. */
  readonly minLeafRows?: number | undefined;
  /** Default 32. */
  readonly maxDepth?: number | undefined;
  /** Features tried at a split. Default: the square root of their number. */
  readonly featuresPerSplit?: number | undefined;
  /** The same seed and rows give the same forest. Default 0. */
  readonly seed?: number | undefined;
}

const rules = {
  trees: wholeNumber(200, 1, 10_000),
  minLeafRows: wholeNumber(10, 1, 1_000_000_000),
  maxDepth: wholeNumber(32, 1, 256),
  featuresPerSplit: wholeNumber(0, 1, 1_000_000),
  seed: seed(),
};

/**
 * A random forest for two classes: the mean of many trees, each grown on a bootstrap sample with a few features tried at
 * each split. Missing values are fine: each split learns where they go.
 *
 * Source: Breiman, "Random Forests", Machine Learning 45 (2001).
 *
 * @throws MlError ML_INVALID_OPTION
 */
export function randomForest(options?: RandomForestOptions): ClassifierSpec<RandomForest> {
  const settings = readOptions("randomForest", options, rules);
  return {
    async fit(data, fitOptions) {
      const job = startJob(fitOptions);
      const { matrix, labels, schema } = await readTraining(data, fitOptions);
      const width = matrix.columns.length;
      const grower = new GiniTreeGrower(binFeatures(matrix), labels, {
        ...settings,
        featuresPerSplit: settings.featuresPerSplit || Math.max(1, Math.floor(Math.sqrt(width))),
      });
      const random = seededRandom(settings.seed);
      const writer = new TreeWriter();
      for (let t = 0; t < settings.trees; t++) {
        grower.grow(random.fork(t), writer);
        const pause = job.step("grow", t + 1, settings.trees);
        if (pause) await pause;
      }
      return new RandomForest(schema, writer.finish());
    },
  };
}

/** Probabilities are kept this far from 0 and 1 where log-odds are asked for. */
const EPSILON = 1e-12;

/** A random forest that was fitted. Contributions are in probability. Immutable. */
export class RandomForest implements Classifier {
  static readonly kind = "random-forest";
  private readonly schema: FeatureSchema;
  private readonly trees: Trees;

  /** @internal Use {@link randomForest} or {@link RandomForest.fromJson}. */
  constructor(schema: FeatureSchema, trees: Trees) {
    this.schema = schema;
    this.trees = trees;
  }

  get features(): readonly string[] {
    return this.schema.features;
  }

  margins(data: FeatureData, options?: ApplyOptions): Float64Array {
    return this.probabilities(data, options).map((p) =>
      logit(Math.min(Math.max(p, EPSILON), 1 - EPSILON)),
    );
  }

  probabilities(data: FeatureData, options?: ApplyOptions): Float64Array {
    const sums = sumLeaves(this.trees, featuresOf(this.schema, data, options));
    const trees = this.trees.roots.length;
    return sums.map((sum) => Math.min(1, sum / trees));
  }

  predict(data: FeatureData, options?: PredictOptions): RecordBatch {
    return predictionBatch(this, this.schema, data, options);
  }

  explain(data: FeatureData, options?: ApplyOptions): Contributions {
    const matrix = featuresOf(this.schema, data, options);
    return explainTrees(this.trees, matrix, 0, 1 / this.trees.roots.length);
  }

  toJSON(): ModelJson {
    return modelJson(RandomForest.kind, { ...this.schema, trees: treesToJson(this.trees) });
  }

  /**
   * The model that {@link toJSON} stored, checked: the JSON may come from anyone.
   *
   * @throws MlError ML_INVALID_MODEL
   */
  static fromJson(json: unknown): RandomForest {
    const reader = openModel(json, RandomForest.kind);
    const schema = schemaFromJson(reader);
    const trees = treesFromJson(reader.part("trees"), schema.features.length);
    if (trees.value.some((share) => share < 0 || share > 1)) {
      throw reader.invalid("trees", "must hold probabilities");
    }
    return new RandomForest(schema, trees);
  }
}
