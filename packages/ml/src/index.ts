// Data
export { Matrix, toMatrix } from "./data/matrix.ts";
export type {
  FeatureColumns,
  FeatureData,
  FeatureRow,
  FeatureStream,
  MatrixOptions,
} from "./data/matrix.ts";

// Anomalies
export { IsolationForest, isolationForest } from "./anomaly/isolation-forest.ts";
export type {
  FitForestOptions,
  IsolationForestOptions,
  IsolationForestSpec,
  ScoreOptions,
} from "./anomaly/isolation-forest.ts";
export { chooseThreshold } from "./anomaly/threshold.ts";
export type { ThresholdRule } from "./anomaly/threshold.ts";

// Classifiers
export { GradientBoosting, gradientBoosting } from "./boosting/gradient-boosting.ts";
export type { GradientBoostingOptions } from "./boosting/gradient-boosting.ts";
export { fromXgboost } from "./boosting/from-xgboost.ts";
export type { FromXgboostOptions } from "./boosting/from-xgboost.ts";
export { RandomForest, randomForest } from "./forest/random-forest.ts";
export type { RandomForestOptions } from "./forest/random-forest.ts";
export { LogisticRegression, logisticRegression } from "./linear/logistic-regression.ts";
export type { LogisticRegressionOptions } from "./linear/logistic-regression.ts";
export type {
  Classifier,
  ClassifierSpec,
  FitClassifierOptions,
  PredictOptions,
} from "./model/classifier.ts";
export type { Target } from "./data/target.ts";

// Churn
export { churn } from "./churn/churn.ts";
export type { ChurnOptions, ChurnSpec, FitChurnOptions } from "./churn/churn.ts";
export { ChurnModel } from "./churn/churn-model.ts";
export type { ChurnMethod, ChurnTraining, PredictChurnOptions } from "./churn/churn-model.ts";
export type { Instant } from "./churn/instant.ts";
export type { OrderColumns, OrderData } from "./churn/orders.ts";
export { rfmFeatureNames } from "./churn/rfm.ts";
export type { RetentionAction, RiskLevel, RiskThresholds } from "./churn/risk.ts";

// Judging
export { evaluateProbabilities } from "./evaluate/probabilities.ts";
export type { ProbabilityMetrics, ReliabilityBin } from "./evaluate/probabilities.ts";
export { areaUnderRoc, averagePrecision } from "./evaluate/ranking.ts";
export { stratifiedFolds } from "./evaluate/folds.ts";

// Models
export type { Contributions } from "./model/contributions.ts";
export type { ApplyOptions } from "./model/features.ts";
export type { ModelJson } from "./model/model-json.ts";
export type { Reason } from "./model/result.ts";

// Errors
export { MlError, mlErrorCodes } from "./errors.ts";
export type { MlErrorCode } from "./errors.ts";
