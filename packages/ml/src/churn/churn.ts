import type { JobOptions } from "@lakewright/core";
import { gradientBoosting } from "../boosting/gradient-boosting.ts";
import { evaluateProbabilities, type ProbabilityMetrics } from "../evaluate/probabilities.ts";
import { stratifiedFolds, takeRows } from "../evaluate/folds.ts";
import type { Matrix } from "../data/matrix.ts";
import { MlError } from "../errors.ts";
import { randomForest } from "../forest/random-forest.ts";
import { logisticRegression } from "../linear/logistic-regression.ts";
import type { Classifier, ClassifierSpec } from "../model/classifier.ts";
import { choice, finiteNumber, readOptions, seed, unchecked, wholeNumber } from "../options.ts";
import { ChurnModel, churnMethods, type ChurnMethod } from "./churn-model.ts";
import { DAY_US, type Instant, microsOf, showInstant } from "./instant.ts";
import {
  type OrderColumns,
  type OrderData,
  type Orders,
  lastOrderTime,
  readOrders,
} from "./orders.ts";
import { rfmRows, stayedAway } from "./rfm.ts";
import { historyRules, orderColumns } from "./order-columns.ts";

export interface ChurnOptions {
  /** A customer who orders nothing for this many days is lost. Default 90. */
  readonly horizonDays?: number | undefined;
  /** Default "gradient-boosting". */
  readonly method?: ChurnMethod | undefined;
  /** The window of the features `recent_orders` and `recent_amount`. Default 90. */
  readonly recentDays?: number | undefined;
  /** Probability from which a risk is medium. Default 0.4. */
  readonly mediumRisk?: number | undefined;
  /** Probability from which a risk is high. Default 0.7. */
  readonly highRisk?: number | undefined;
  /** Parts of the cross-validation behind `model.metrics`; 0 leaves it out. Default 5. */
  readonly folds?: number | undefined;
  /** The same seed and orders give the same model. Default 0. */
  readonly seed?: number | undefined;
}

export interface FitChurnOptions extends OrderColumns, JobOptions {
  /**
   * Orders before this instant are what is known; the `horizonDays` after it tell who was lost. Default: as late as
   * the history allows.
   */
  readonly asOf?: Instant | undefined;
  /** The instant up to which the history is complete. Default: its last order. */
  readonly until?: Instant | undefined;
}

export interface ChurnSpec {
  /**
   * Learns from a history of orders who comes back and who does not.
   *
   * @throws MlError ML_HORIZON_NOT_COVERED where the history ends before `asOf` + `horizonDays`; ML_TOO_FEW_ROWS for
   * fewer than 20 customers; ML_INVALID_TARGET where all were lost or none; ML_INVALID_DATA, ML_INVALID_VALUE.
   */
  fit(history: OrderData, options?: FitChurnOptions): Promise<ChurnModel>;
}

const rules = {
  horizonDays: wholeNumber(90, 1, 3660),
  method: choice("gradient-boosting", churnMethods),
  recentDays: wholeNumber(90, 1, 3660),
  mediumRisk: finiteNumber(0.4, 0, 1),
  highRisk: finiteNumber(0.7, 0, 1),
  folds: wholeNumber(5, 0, 20),
  seed: seed(),
};

const fitRules = {
  ...historyRules,
  until: unchecked<Instant | undefined>(undefined),
  onProgress: unchecked<JobOptions["onProgress"]>(undefined),
};

const LEAST_CUSTOMERS = 20;

/**
 * Who will not order again: a classifier on recency, frequency and monetary value, judged by cross-validation, with the
 * reasons for each customer.
 *
 * @throws MlError ML_INVALID_OPTION
 */
export function churn(options?: ChurnOptions): ChurnSpec {
  const settings = readOptions("churn", options, rules);
  if (settings.mediumRisk > settings.highRisk) {
    throw new MlError(
      "ML_INVALID_OPTION",
      `mediumRisk is ${settings.mediumRisk}, more than highRisk, ${settings.highRisk}.`,
      { hint: "A risk is medium from a lower probability on than it is high." },
    );
  }
  return {
    async fit(history, fitOptions = {}) {
      readOptions("fit()", fitOptions, fitRules);
      const columns = orderColumns(fitOptions);
      const orders = await readOrders(history, columns, fitOptions.signal);
      const asOf = cutOf(orders, settings.horizonDays, fitOptions);
      const { matrix, customers } = rfmRows(orders, asOf, settings.recentDays);
      if (matrix.rows < LEAST_CUSTOMERS) {
        throw new MlError(
          "ML_TOO_FEW_ROWS",
          `${matrix.rows} customers ordered before ${showInstant(asOf)}; a churn model needs ${LEAST_CUSTOMERS}.`,
          { hint: "Give a longer history, or a later asOf.", details: { customers: matrix.rows } },
        );
      }
      const lost = stayedAway(orders, customers, asOf, asOf + settings.horizonDays * DAY_US);
      const spec = classifierOf(settings.method, settings.seed);
      const job = { signal: fitOptions.signal, onProgress: fitOptions.onProgress };
      const metrics = await crossValidated(spec, matrix, lost, settings.folds, settings.seed, job);
      const classifier = await spec.fit(matrix, { target: lost, ...job });
      return new ChurnModel(classifier, {
        method: settings.method,
        horizonDays: settings.horizonDays,
        recentDays: settings.recentDays,
        risk: { medium: settings.mediumRisk, high: settings.highRisk },
        asOf: showInstant(asOf),
        customers: matrix.rows,
        lost: lost.reduce((sum, label) => sum + label, 0),
        valuableFrom: valuableFrom(matrix),
        metrics,
      });
    },
  };
}

function classifierOf(method: ChurnMethod, seed: number): ClassifierSpec {
  if (method === "random-forest") return randomForest({ seed, minLeafRows: 20 });
  if (method === "logistic-regression") return logisticRegression();
  return gradientBoosting({ seed });
}

function cutOf(orders: Orders, horizonDays: number, options: FitChurnOptions): number {
  const last = lastOrderTime(orders);
  if (last === -Infinity) {
    throw new MlError("ML_TOO_FEW_ROWS", "The history has no orders.", {
      hint: "Check the columns { customer, time, amount }: orders that lack one of them are ignored.",
    });
  }
  const until = options.until === undefined ? last : microsOf(options.until, "until");
  const horizon = horizonDays * DAY_US;
  const asOf = options.asOf === undefined ? until - horizon : microsOf(options.asOf, "asOf");
  if (asOf + horizon > until) {
    throw new MlError(
      "ML_HORIZON_NOT_COVERED",
      `The history ends at ${showInstant(until)}, before ${horizonDays} days after ${showInstant(asOf)} have passed.`,
      {
        hint: `Take an asOf up to ${showInstant(until - horizon)}, a shorter horizonDays, or say { until } where the history is complete to a later instant.`,
        details: { asOf: showInstant(asOf), until: showInstant(until), horizonDays },
      },
    );
  }
  return asOf;
}

/** Each customer judged by a model that has not seen them; undefined where a class is too small for it. */
async function crossValidated(
  spec: ClassifierSpec,
  matrix: Matrix,
  labels: Uint8Array,
  folds: number,
  seed: number,
  job: JobOptions,
): Promise<ProbabilityMetrics | undefined> {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (folds < 2 || Math.min(positives, labels.length - positives) < folds * 2) return undefined;
  const fold = stratifiedFolds(labels, folds, seed);
  const probabilities = new Float64Array(labels.length);
  for (let f = 0; f < folds; f++) {
    const train = takeRows(matrix, labels, (row) => fold[row] !== f);
    const held = takeRows(matrix, labels, (row) => fold[row] === f);
    const model: Classifier = await spec.fit(train.matrix, { target: train.labels, ...job });
    const given = model.probabilities(held.matrix);
    let next = 0;
    for (let row = 0; row < fold.length; row++)
      if (fold[row] === f) probabilities[row] = given[next++]!;
  }
  return evaluateProbabilities(probabilities, labels);
}

/** The total from which a customer is among the most valuable fifth. */
function valuableFrom(matrix: Matrix): number {
  const totals = matrix.columns[matrix.names.indexOf("monetary_total")]!.slice().sort();
  return totals[Math.floor(0.8 * totals.length)]!;
}
