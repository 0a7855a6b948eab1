import { oneOf, utf8 } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { GradientBoosting } from "../boosting/gradient-boosting.ts";
import type { ProbabilityMetrics } from "../evaluate/probabilities.ts";
import { RandomForest } from "../forest/random-forest.ts";
import { LogisticRegression } from "../linear/logistic-regression.ts";
import type { Classifier } from "../model/classifier.ts";
import { topReasons } from "../model/contributions.ts";
import { reasonCount } from "../model/features.ts";
import { type ModelJson, modelJson, openModel } from "../model/model-json.ts";
import { columnOfValues, float64Column, reasonsColumn, resultBatch } from "../model/result.ts";
import { readOptions } from "../options.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Instant, microsOf } from "./instant.ts";
import { historyRules, orderColumns } from "./order-columns.ts";
import { type OrderColumns, type OrderData, lastOrderTime, readOrders } from "./orders.ts";
import { rfmRows } from "./rfm.ts";
import {
  retentionAction,
  retentionActions,
  riskLevel,
  riskLevels,
  type RiskThresholds,
} from "./risk.ts";

/** How churn is learned. */
export const churnMethods = ["gradient-boosting", "random-forest", "logistic-regression"] as const;
export type ChurnMethod = (typeof churnMethods)[number];

/** What a churn model was fitted on, and how well. */
export interface ChurnTraining {
  readonly method: ChurnMethod;
  readonly horizonDays: number;
  readonly recentDays: number;
  readonly risk: RiskThresholds;
  /** The instant that parts what was known from what was to be foretold, ISO text. */
  readonly asOf: string;
  readonly customers: number;
  /** How many of them did not come back. */
  readonly lost: number;
  /** The total amount from which a customer counts as valuable: the top fifth. */
  readonly valuableFrom: number;
  /** By cross-validation; undefined where it was left out or a class has too few customers. */
  readonly metrics: ProbabilityMetrics | undefined;
}

export interface PredictChurnOptions extends OrderColumns {
  /** The orders before this instant are what is known. Default: all. */
  readonly asOf?: Instant | undefined;
  /** Features named as reasons for each customer. Default 3. */
  readonly explain?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const predictRules = { ...historyRules, explain: reasonCount(3) };

/** A churn model that was fitted. Immutable. */
export class ChurnModel {
  static readonly kind = "churn";
  readonly training: ChurnTraining;
  /** A fingerprint of everything the predictions depend on: "churn-9f3c01ab". */
  readonly version: string;
  private readonly classifier: Classifier;

  /** @internal Use `churn().fit()` or {@link ChurnModel.fromJson}. */
  constructor(classifier: Classifier, training: ChurnTraining) {
    this.classifier = classifier;
    this.training = training;
    const { metrics: _, ...decisive } = training;
    this.version = `churn-${fingerprint(JSON.stringify([classifier.toJSON(), decisive]))}`;
  }

  /** How well it foretells customers it has not seen, by cross-validation. */
  get metrics(): ProbabilityMetrics | undefined {
    return this.training.metrics;
  }

  /**
   * An Arrow batch with a row for each customer of the history: `customer`, `probability` of no order within the
   * horizon, `risk` (low, medium, high), `reasons` (feature, value, contribution), `action`, `model_version`.
   *
   * @throws MlError ML_INVALID_DATA for a missing column, ML_INVALID_VALUE for a time or amount that is none.
   */
  async predict(history: OrderData, options: PredictChurnOptions = {}): Promise<RecordBatch> {
    const { explain, signal } = readOptions("predict()", options, predictRules);
    const orders = await readOrders(history, orderColumns(options), signal);
    const asOf =
      options.asOf === undefined ? lastOrderTime(orders) + 1 : microsOf(options.asOf, "asOf");
    const { matrix, customers } = rfmRows(orders, asOf, this.training.recentDays);
    const probabilities = this.classifier.probabilities(matrix);
    const totals = matrix.columns[matrix.names.indexOf("monetary_total")]!;
    const risks = Array.from(probabilities, (p) => riskLevel(p, this.training.risk));
    const reasons =
      explain > 0
        ? topReasons(this.classifier.explain(matrix), matrix, explain, Math.abs)
        : risks.map(() => []);
    return resultBatch("churn", matrix.rows, {
      customer: columnOfValues(
        utf8(),
        Array.from(customers, (k) => orders.customers[k]),
      ),
      probability: float64Column(probabilities),
      risk: columnOfValues(oneOf(riskLevels), risks),
      reasons: reasonsColumn(reasons),
      action: columnOfValues(
        oneOf(retentionActions),
        risks.map((risk, i) => retentionAction(risk, totals[i]! >= this.training.valuableFrom)),
      ),
      model_version: columnOfValues(
        utf8(),
        risks.map(() => this.version),
      ),
    });
  }

  toJSON(): ModelJson {
    const { metrics: _, ...training } = this.training;
    return modelJson(ChurnModel.kind, { training, classifier: this.classifier.toJSON() });
  }

  /**
   * The model that {@link toJSON} stored, checked: the JSON may come from anyone. Its metrics are not stored.
   *
   * @throws MlError ML_INVALID_MODEL
   */
  static fromJson(json: unknown): ChurnModel {
    const reader = openModel(json, ChurnModel.kind);
    const training = reader.part("training");
    const risk = training.part("risk");
    const method = training.oneOf("method", churnMethods);
    return new ChurnModel(readers[method](reader.value("classifier")), {
      method,
      horizonDays: training.wholeNumber("horizonDays", 1, 3660),
      recentDays: training.wholeNumber("recentDays", 1, 3660),
      risk: { medium: risk.number("medium", 0, 1), high: risk.number("high", 0, 1) },
      asOf: training.text("asOf"),
      customers: training.wholeNumber("customers", 1, Number.MAX_SAFE_INTEGER),
      lost: training.wholeNumber("lost", 0, Number.MAX_SAFE_INTEGER),
      valuableFrom: training.number("valuableFrom"),
      metrics: undefined,
    });
  }
}

const readers: Readonly<Record<ChurnMethod, (json: unknown) => Classifier>> = {
  "gradient-boosting": (json) => GradientBoosting.fromJson(json),
  "random-forest": (json) => RandomForest.fromJson(json),
  "logistic-regression": (json) => LogisticRegression.fromJson(json),
};
