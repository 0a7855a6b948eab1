import { type FeatureData, Matrix, matrixOf, sourceOf } from "../data/matrix.ts";
import { choice, type OptionRule, readOptions, wholeNumber } from "../options.ts";
import type { PartReader } from "./model-json.ts";

/** The columns a model was fitted on, and what else data for it may have. */
export interface FeatureSchema {
  /** The features in order. */
  readonly features: readonly string[];
  /** The target column, which data may still have when the model is applied. */
  readonly target: string | undefined;
  /** Whether the features were chosen by name, so that other columns are expected. */
  readonly chosen: boolean;
}

export interface ApplyOptions {
  /**
   * A column that is no feature: "error" refuses the data, "ignore" leaves it out. Default: "ignore" where the model
   * was fitted with `features`, else "error".
   */
  readonly unknownColumns?: "error" | "ignore" | undefined;
}

/**
 * The features of a model from new data, by name, in the model's order.
 *
 * @throws MlError ML_FEATURE_MISMATCH naming missing and unknown columns.
 */
export function featuresOf(
  schema: FeatureSchema,
  data: FeatureData,
  options: ApplyOptions = {},
): Matrix {
  const { features, target, chosen } = schema;
  const { unknownColumns } = readOptions("the application of a model", options, {
    unknownColumns: choice(chosen ? "ignore" : "error", ["error", "ignore"]),
  });
  const source = sourceOf(data);
  if (source.rows === 0 && source.names.length === 0) {
    // No row says what columns it would have.
    const none = features.map(() => new Float64Array());
    return new Matrix(0, features, none);
  }
  return matrixOf(source, {
    features,
    except: target === undefined ? [] : [target],
    unknownColumns,
  });
}

/** How many reasons a result has. */
export function reasonCount(fallback: number): OptionRule<number> {
  return wholeNumber(fallback, 0, 10_000);
}

export function schemaFromJson(reader: PartReader): FeatureSchema {
  const features = reader.names("features");
  if (features.length === 0) throw reader.invalid("features", "must name a feature");
  return {
    features,
    target: reader.has("target") ? reader.text("target") : undefined,
    chosen: reader.boolean("chosen"),
  };
}
