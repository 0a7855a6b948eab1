import type { RecordBatch } from "apache-arrow";
import type { FeatureData } from "../data/matrix.ts";
import { MlError } from "../errors.ts";
import { startJob } from "../job.ts";
import { sigmoid } from "../math/portable.ts";
import { toBase64 } from "../model/base64.ts";
import {
  type Classifier,
  type ClassifierSpec,
  type PredictOptions,
  predictionBatch,
  readTraining,
} from "../model/classifier.ts";
import type { Contributions } from "../model/contributions.ts";
import {
  type ApplyOptions,
  type FeatureSchema,
  featuresOf,
  schemaFromJson,
} from "../model/features.ts";
import { type ModelJson, modelJson, openModel } from "../model/model-json.ts";
import { finiteNumber, readOptions } from "../options.ts";
import { fitLogistic, marginOf } from "./newton.ts";
import { type Scaling, scalingOf, standardize } from "./standardize.ts";

export interface LogisticRegressionOptions {
  /** L2 penalty on the weights of the standardised features; the C of other libraries is 1 / l2. Default 1. */
  readonly l2?: number | undefined;
}

const rules = { l2: finiteNumber(1, 0, 1e12) };

/** With more features the Hessian gets too large to be worth it. */
const MAX_FEATURES = 2000;

/**
 * Logistic regression for two classes with an L2 penalty. Features are standardised inside, so the penalty treats them
 * alike; a missing value counts as the mean of its column, a constant column as nothing.
 *
 * Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 2nd ed., 4.4.
 *
 * @throws MlError ML_INVALID_OPTION
 */
export function logisticRegression(
  options?: LogisticRegressionOptions,
): ClassifierSpec<LogisticRegression> {
  const { l2 } = readOptions("logisticRegression", options, rules);
  return {
    async fit(data, fitOptions) {
      const job = startJob(fitOptions);
      const { matrix, labels, schema } = await readTraining(data, fitOptions);
      const width = matrix.columns.length;
      if (width > MAX_FEATURES) {
        throw new MlError(
          "ML_INVALID_DATA",
          `A logistic regression on ${width} features is too large.`,
          {
            hint: `Choose at most ${MAX_FEATURES} features, or use gradientBoosting.`,
            details: { features: width },
          },
        );
      }
      const scaling = scalingOf(matrix);
      const x = standardize(matrix, scaling);
      const weights = await fitLogistic(x, width, labels, l2, job);
      return new LogisticRegression(schema, scaling, weights);
    },
  };
}

/** A logistic regression that was fitted. Contributions are in log-odds. Immutable. */
export class LogisticRegression implements Classifier {
  static readonly kind = "logistic-regression";
  private readonly schema: FeatureSchema;
  private readonly scaling: Scaling;
  /** Of the standardised features, and the intercept at the end. */
  private readonly weights: Float64Array;

  /** @internal Use {@link logisticRegression} or {@link LogisticRegression.fromJson}. */
  constructor(schema: FeatureSchema, scaling: Scaling, weights: Float64Array) {
    this.schema = schema;
    this.scaling = scaling;
    this.weights = weights;
  }

  get features(): readonly string[] {
    return this.schema.features;
  }

  /** Change of the log-odds per unit of each feature, in order of the features. */
  get coefficients(): Float64Array {
    const { scales } = this.scaling;
    return scales.map((scale, k) => (scale === 0 ? 0 : this.weights[k]! / scale));
  }

  /** Change of the log-odds per standard deviation of each feature: comparable between features. */
  get standardizedCoefficients(): Float64Array {
    return this.weights.slice(0, -1);
  }

  /** The log-odds where every feature is 0. */
  get intercept(): number {
    const { means } = this.scaling;
    return this.coefficients.reduce((sum, c, k) => sum - c * means[k]!, this.weights.at(-1)!);
  }

  margins(data: FeatureData, options?: ApplyOptions): Float64Array {
    const matrix = featuresOf(this.schema, data, options);
    const x = standardize(matrix, this.scaling);
    const width = matrix.columns.length;
    return Float64Array.from({ length: matrix.rows }, (_, i) =>
      marginOf(x, i * width, width, this.weights),
    );
  }

  probabilities(data: FeatureData, options?: ApplyOptions): Float64Array {
    return this.margins(data, options).map(sigmoid);
  }

  predict(data: FeatureData, options?: PredictOptions): RecordBatch {
    return predictionBatch(this, this.schema, data, options);
  }

  explain(data: FeatureData, options?: ApplyOptions): Contributions {
    const matrix = featuresOf(this.schema, data, options);
    const values = standardize(matrix, this.scaling);
    const width = matrix.columns.length;
    for (let j = 0; j < values.length; j++) values[j]! *= this.weights[j % width]!;
    return { base: this.weights.at(-1)!, features: matrix.names, values };
  }

  toJSON(): ModelJson {
    return modelJson(LogisticRegression.kind, {
      ...this.schema,
      means: toBase64(this.scaling.means),
      scales: toBase64(this.scaling.scales),
      weights: toBase64(this.weights),
    });
  }

  /**
   * The model that {@link toJSON} stored, checked: the JSON may come from anyone.
   *
   * @throws MlError ML_INVALID_MODEL
   */
  static fromJson(json: unknown): LogisticRegression {
    const reader = openModel(json, LogisticRegression.kind);
    const schema = schemaFromJson(reader);
    const width = schema.features.length;
    const scales = reader.float64s("scales", width);
    if (scales.some((scale) => scale < 0)) throw reader.invalid("scales", "must not be negative");
    return new LogisticRegression(
      schema,
      { means: reader.float64s("means", width), scales },
      reader.float64s("weights", width + 1),
    );
  }
}
