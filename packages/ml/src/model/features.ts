import { type FeatureData, type Matrix, toMatrix } from "../data/matrix.ts";
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
  return toMatrix(data, {
    features: schema.features,
    except: schema.target === undefined ? [] : [schema.target],
    unknownColumns: options.unknownColumns ?? (schema.chosen ? "ignore" : "error"),
  });
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
