import type { JobOptions } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import {
  type FeatureData,
  type FeatureStream,
  type Matrix,
  matrixOf,
  sourceOfStream,
} from "../data/matrix.ts";
import { readTarget, type Target } from "../data/target.ts";
import { MlError } from "../errors.ts";
import { readOptions, unchecked } from "../options.ts";
import { type Contributions, topReasons } from "./contributions.ts";
import { type ApplyOptions, type FeatureSchema, featuresOf, reasonCount } from "./features.ts";
import type { ModelJson } from "./model-json.ts";
import { float64Column, reasonsColumn, resultBatch } from "./result.ts";

export interface FitClassifierOptions extends JobOptions {
  /** What to learn: a column of the data, or one value a row; 1 or true is the class whose probability is given. */
  readonly target: Target;
  /** The columns to use. Default: every column but the target, all of which must be numbers. */
  readonly features?: readonly string[] | undefined;
}

export interface PredictOptions extends ApplyOptions {
  /** Add a column `reasons` with this many features that moved the probability most. Default 0: no such column. */
  readonly explain?: number | undefined;
}

/** A description of a classifier of two classes; {@link fit} trains it. */
export interface ClassifierSpec<M extends Classifier = Classifier> {
  /**
   * @throws MlError ML_INVALID_TARGET for a target that is not zeros and ones, or of one class only; ML_INVALID_DATA,
   * ML_INVALID_VALUE or ML_FEATURE_MISMATCH for data that is no table of finite numbers.
   */
  fit(data: FeatureStream, options: FitClassifierOptions): Promise<M>;
}

/** A classifier of two classes that was fitted. Immutable. */
export interface Classifier {
  /** The columns it was fitted on, in order. */
  readonly features: readonly string[];
  /** The log-odds of class 1 for each row. */
  margins(data: FeatureData, options?: ApplyOptions): Float64Array;
  /** The probability of class 1 for each row. */
  probabilities(data: FeatureData, options?: ApplyOptions): Float64Array;
  /** An Arrow batch: `probability`, and `reasons` where asked for. */
  predict(data: FeatureData, options?: PredictOptions): RecordBatch;
  /** Exact SHAP values: what each feature adds. The unit is the model's own, see its documentation. */
  explain(data: FeatureData, options?: ApplyOptions): Contributions;
  toJSON(): ModelJson;
}

/** Training data read once: the features, the target, and what to remember of them. */
export interface TrainingData {
  readonly matrix: Matrix;
  readonly labels: Uint8Array;
  readonly schema: FeatureSchema;
}

const FIT_OPTIONS = {
  target: unchecked<Target | undefined>(undefined),
  features: unchecked<readonly string[] | undefined>(undefined),
  signal: unchecked<AbortSignal | undefined>(undefined),
  onProgress: unchecked<JobOptions["onProgress"]>(undefined),
};

export async function readTraining(
  data: FeatureStream,
  options: FitClassifierOptions,
): Promise<TrainingData> {
  readOptions("fit()", options, FIT_OPTIONS);
  const source = await sourceOfStream(data, options.signal);
  const labels = readTarget(source, options.target);
  const target = typeof options.target === "string" ? options.target : undefined;
  const matrix = matrixOf(source, {
    features: options.features,
    except: target === undefined ? [] : [target],
    unknownColumns: options.features ? "ignore" : "error",
  });
  if (matrix.names.length === 0) {
    throw new MlError("ML_INVALID_DATA", "The data has no column to learn from but the target.", {
      hint: "Give at least one feature, a column of numbers.",
    });
  }
  return {
    matrix,
    labels,
    schema: { features: matrix.names, target, chosen: options.features !== undefined },
  };
}

/** The batch of {@link Classifier.predict}. */
export function predictionBatch(
  model: Classifier,
  schema: FeatureSchema,
  data: FeatureData,
  options: PredictOptions = {},
): RecordBatch {
  const { explain, ...apply } = readOptions("predict()", options, {
    explain: reasonCount(0),
    unknownColumns: unchecked(options.unknownColumns),
  });
  const matrix = featuresOf(schema, data, apply);
  const reasons = (): ReturnType<typeof topReasons> =>
    topReasons(model.explain(matrix), matrix, explain, Math.abs);
  return resultBatch("predictions", matrix.rows, {
    probability: float64Column(model.probabilities(matrix)),
    ...(explain > 0 ? { reasons: reasonsColumn(reasons()) } : {}),
  });
}
