import { type JobOptions, seededRandom } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import {
  type FeatureData,
  type FeatureStream,
  type Matrix,
  matrixOf,
  sourceOfStream,
} from "../data/matrix.ts";
import { MlError } from "../errors.ts";
import { startJob } from "../job.ts";
import { exp } from "../math/portable.ts";
import { type Contributions, explainTrees, topReasons } from "../model/contributions.ts";
import {
  type ApplyOptions,
  type FeatureSchema,
  featuresOf,
  reasonCount,
  schemaFromJson,
} from "../model/features.ts";
import { type ModelJson, modelJson, openModel } from "../model/model-json.ts";
import { boolColumn, float64Column, reasonsColumn, resultBatch } from "../model/result.ts";
import { readOptions, seed, unchecked, wholeNumber } from "../options.ts";
import { sumLeaves } from "../trees/traverse.ts";
import { type Trees, TreeWriter } from "../trees/trees.ts";
import { treesFromJson, treesToJson } from "../trees/trees-json.ts";
import { IsolationTreeGrower } from "./grow.ts";
import { meanPathLength } from "./path-length.ts";
import { chooseThreshold, type ThresholdRule } from "./threshold.ts";

export interface IsolationForestOptions {
  /** Default 100. */
  readonly trees?: number | undefined;
  /** Rows a tree is grown on, drawn without replacement. Default 256, or all where there are fewer. */
  readonly maxSamples?: number | undefined;
  /** The same seed and rows give the same forest. Default 0. */
  readonly seed?: number | undefined;
}

export interface FitForestOptions extends JobOptions {
  /** The columns to use. Default: every column, all of which must be numbers. */
  readonly features?: readonly string[] | undefined;
}

export interface ScoreOptions extends ApplyOptions {
  /** Add a column `reasons` with this many features that made the score high. Default 0: no such column. */
  readonly explain?: number | undefined;
}

/** A description of a forest; {@link fit} grows it. */
export interface IsolationForestSpec {
  /**
   * Grows the forest. Rows need no labels; a few anomalies among them do no harm. A stream is held in memory.
   *
   * @throws MlError ML_TOO_FEW_ROWS for less than 2 rows, ML_INVALID_DATA or ML_INVALID_VALUE for data that is no
   * table of finite numbers.
   */
  fit(data: FeatureStream, options?: FitForestOptions): Promise<IsolationForest>;
}

const LN2 = 0.6931471805599453;

const rules = {
  trees: wholeNumber(100, 1, 10_000),
  maxSamples: wholeNumber(256, 2, 1_000_000),
  seed: seed(),
};

const fitRules = {
  features: unchecked<readonly string[] | undefined>(undefined),
  signal: unchecked<AbortSignal | undefined>(undefined),
  onProgress: unchecked<JobOptions["onProgress"]>(undefined),
};

/**
 * An isolation forest: a score for how easily a row is separated from the others by random splits.
 *
 * Missing values (null, NaN) go the way most rows go at a split, so they make no row stand out; add a column that says
 * "is missing" where that is news. Text is encoded by the caller: frequencies serve better than one column a value.
 *
 * Source: Liu, Ting and Zhou, "Isolation-Based Anomaly Detection", ACM TKDD 6 (2012).
 *
 * @throws MlError ML_INVALID_OPTION
 */
export function isolationForest(options?: IsolationForestOptions): IsolationForestSpec {
  const settings = readOptions("isolationForest", options, rules);
  return {
    async fit(data, fitOptions = {}) {
      readOptions("fit()", fitOptions, fitRules);
      const job = startJob(fitOptions);
      const source = await sourceOfStream(data, fitOptions.signal);
      const matrix = matrixOf(source, {
        features: fitOptions.features,
        unknownColumns: fitOptions.features ? "ignore" : "error",
      });
      if (matrix.rows < 2 || matrix.columns.length === 0) {
        throw new MlError(
          "ML_TOO_FEW_ROWS",
          `An isolation forest cannot be grown on ${matrix.rows} rows and ${matrix.columns.length} columns.`,
          { hint: "Give at least 2 rows of one column; some hundred rows make a useful forest." },
        );
      }
      const samples = Math.min(settings.maxSamples, matrix.rows);
      const grower = new IsolationTreeGrower(matrix, samples, 32 - Math.clz32(samples - 1));
      const random = seededRandom(settings.seed);
      const writer = new TreeWriter();
      for (let t = 0; t < settings.trees; t++) {
        grower.grow(random.fork(t), writer);
        const pause = job.step("grow", t + 1, settings.trees);
        if (pause) await pause;
      }
      const schema = {
        features: matrix.names,
        target: undefined,
        chosen: fitOptions.features !== undefined,
      };
      return new IsolationForest(schema, samples, writer.finish(), undefined);
    },
  };
}

/** A forest that was grown. Immutable. */
export class IsolationForest {
  static readonly kind = "isolation-forest";
  private readonly schema: FeatureSchema;
  private readonly samples: number;
  private readonly trees: Trees;
  /** The score above which a row is an anomaly; undefined until {@link withThreshold} chose one. */
  readonly threshold: number | undefined;

  /** @internal Use {@link isolationForest} or {@link IsolationForest.fromJson}. */
  constructor(schema: FeatureSchema, samples: number, trees: Trees, threshold: number | undefined) {
    this.schema = schema;
    this.samples = samples;
    this.trees = trees;
    this.threshold = threshold;
  }

  /** The columns it was fitted on, in order. */
  get features(): readonly string[] {
    return this.schema.features;
  }

  /**
   * The anomaly score of each row: near 1 for anomalies, below 0.5 for rows in the crowd.
   *
   * @throws MlError ML_FEATURE_MISMATCH where the columns are not those of the fit.
   */
  scores(data: FeatureData, options?: ApplyOptions): Float64Array {
    const sums = sumLeaves(this.trees, featuresOf(this.schema, data, options));
    return this.toScores(sums);
  }

  /**
   * The rows' scores as an Arrow batch: `score`; `anomaly` where a threshold was chosen; `reasons` where asked for:
   * the features that made the score high, each with the row's value and its contribution (see {@link explain}).
   */
  score(data: FeatureData, options: ScoreOptions = {}): RecordBatch {
    const { explain, ...apply } = readOptions("score()", options, {
      explain: reasonCount(0),
      unknownColumns: unchecked(options.unknownColumns),
    });
    const matrix = featuresOf(this.schema, data, apply);
    const scores = this.toScores(sumLeaves(this.trees, matrix));
    const { threshold } = this;
    return resultBatch("anomaly_scores", matrix.rows, {
      score: float64Column(scores),
      ...(threshold === undefined
        ? {}
        : { anomaly: boolColumn(Array.from(scores, (score) => score > threshold)) }),
      ...(explain > 0
        ? {
            reasons: reasonsColumn(
              topReasons(this.explainMatrix(matrix), matrix, explain, (value) => value),
            ),
          }
        : {}),
    });
  }

  /**
   * Exact SHAP values of the negative mean path length: how many splits sooner a row is isolated because of each
   * feature. With b the base and s the sum of a row's values, its score is 2^((b + s) / c), c being the mean path
   * length of as many rows as a tree was grown on.
   */
  explain(data: FeatureData, options?: ApplyOptions): Contributions {
    return this.explainMatrix(featuresOf(this.schema, data, options));
  }

  /**
   * The forest with a threshold, which its JSON keeps. The trees do not depend on it.
   *
   * @param data - the rows a quantile or a budget is about; a fixed score needs none.
   */
  withThreshold(rule: ThresholdRule, data?: FeatureData): IsolationForest {
    const scores = data === undefined ? new Float64Array(0) : this.scores(data);
    return new IsolationForest(
      this.schema,
      this.samples,
      this.trees,
      chooseThreshold(scores, rule),
    );
  }

  toJSON(): ModelJson {
    return modelJson(IsolationForest.kind, {
      ...this.schema,
      samples: this.samples,
      threshold: this.threshold,
      trees: treesToJson(this.trees),
    });
  }

  /**
   * The forest that {@link toJSON} stored, checked: the JSON may come from anyone.
   *
   * @throws MlError ML_INVALID_MODEL
   */
  static fromJson(json: unknown): IsolationForest {
    const reader = openModel(json, IsolationForest.kind);
    const schema = schemaFromJson(reader);
    const trees = treesFromJson(reader.part("trees"), schema.features.length);
    if (trees.value.some((length) => length < 0)) {
      throw reader.invalid("trees", "must hold no negative path length");
    }
    return new IsolationForest(
      schema,
      reader.wholeNumber("samples", 2, 1_000_000),
      trees,
      reader.has("threshold") ? reader.number("threshold", 0, 1) : undefined,
    );
  }

  private explainMatrix(matrix: Matrix): Contributions {
    return explainTrees(this.trees, matrix, 0, -1 / this.trees.roots.length);
  }

  private toScores(sums: Float64Array): Float64Array {
    const scale = -LN2 / (this.trees.roots.length * meanPathLength(this.samples));
    return sums.map((sum) => exp(sum * scale));
  }
}
