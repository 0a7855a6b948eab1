import { MlError } from "../errors.ts";
import { log } from "../math/portable.ts";
import { areaUnderRoc, averagePrecision } from "./ranking.ts";

/** One bin of a reliability table. */
export interface ReliabilityBin {
  /** The bin is [from, to), the last one closed. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean probability that was given; NaN in an empty bin. */
  readonly predicted: number;
  /** Share of rows that turned out positive; NaN in an empty bin. */
  readonly observed: number;
}

/** How good probabilities are: in order (auc, averagePrecision) and in size (logLoss, brier, ece). */
export interface ProbabilityMetrics {
  readonly rows: number;
  readonly positives: number;
  readonly auc: number;
  readonly averagePrecision: number;
  /** Mean negative log-likelihood, natural logarithm; probabilities are kept 1e-15 from 0 and 1. */
  readonly logLoss: number;
  /** Mean squared error of the probability. */
  readonly brier: number;
  /** Expected calibration error: mean |predicted - observed| over the bins, by their rows. */
  readonly ece: number;
  readonly reliability: readonly ReliabilityBin[];
}

const EPSILON = 1e-15;

/**
 * Judges probabilities by what happened.
 *
 * @param labels - 1 or true where it happened, 0 or false where not
 * @throws MlError ML_INVALID_TARGET for counts that differ or a label that is neither 0 nor 1; ML_INVALID_VALUE for a
 * probability outside [0, 1].
 */
export function evaluateProbabilities(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  options: { /** Bins of equal width. Default 10. */ readonly bins?: number | undefined } = {},
): ProbabilityMetrics {
  const outcome = checkLabels(probabilities, labels);
  const rows = outcome.length;
  let positives = 0;
  let logLoss = 0;
  let brier = 0;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i]!;
    const y = outcome[i]!;
    positives += y;
    const ofTruth = y === 1 ? p : 1 - p;
    logLoss -= log(Math.min(Math.max(ofTruth, EPSILON), 1 - EPSILON));
    brier += (p - y) * (p - y);
  }
  const reliability = reliabilityOf(probabilities, outcome, options.bins ?? 10);
  const ece = reliability.reduce(
    (sum, bin) => sum + (bin.rows === 0 ? 0 : bin.rows * Math.abs(bin.predicted - bin.observed)),
    0,
  );
  return {
    rows,
    positives,
    auc: areaUnderRoc(probabilities, outcome),
    averagePrecision: averagePrecision(probabilities, outcome),
    logLoss: logLoss / rows,
    brier: brier / rows,
    ece: ece / rows,
    reliability,
  };
}

function checkLabels(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
): Uint8Array {
  if (probabilities.length !== labels.length) {
    throw new MlError(
      "ML_INVALID_TARGET",
      `There are ${probabilities.length} probabilities and ${labels.length} labels.`,
    );
  }
  return Uint8Array.from(labels, (value, i) => {
    const label = Number(value);
    if (label !== 0 && label !== 1) {
      throw new MlError("ML_INVALID_TARGET", `Label ${i} is ${label}, neither 0 nor 1.`);
    }
    if (!(probabilities[i]! >= 0 && probabilities[i]! <= 1)) {
      throw new MlError(
        "ML_INVALID_VALUE",
        `Probability ${i} is ${probabilities[i]!}; it must be from 0 to 1.`,
      );
    }
    return label;
  });
}

function reliabilityOf(
  probabilities: ArrayLike<number>,
  labels: Uint8Array,
  bins: number,
): ReliabilityBin[] {
  const rows = new Float64Array(bins);
  const predicted = new Float64Array(bins);
  const observed = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const b = Math.min(bins - 1, Math.floor(probabilities[i]! * bins));
    rows[b]!++;
    predicted[b]! += probabilities[i]!;
    observed[b]! += labels[i]!;
  }
  return Array.from(rows, (count, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    rows: count,
    predicted: predicted[b]! / count,
    observed: observed[b]! / count,
  }));
}
