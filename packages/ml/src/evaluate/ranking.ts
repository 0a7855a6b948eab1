import { MlError } from "../errors.ts";

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half.
 * NaN where one of the classes has no row. Source: Mann and Whitney (1947).
 *
 * @throws MlError ML_INVALID_TARGET where scores and labels differ in number, or a label is neither 0 nor 1;
 * ML_INVALID_VALUE for a score that is NaN.
 */
export function areaUnderRoc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const [positives, negatives] = byLabel(scores, labels);
  let wins = 0;
  let below = 0;
  let upTo = 0;
  for (const score of positives) {
    while (below < negatives.length && negatives[below]! < score) below++;
    if (upTo < below) upTo = below;
    while (upTo < negatives.length && negatives[upTo]! <= score) upTo++;
    wins += below + (upTo - below) / 2;
  }
  return wins / (positives.length * negatives.length);
}

/**
 * Average precision: Σ (Rₙ - Rₙ₋₁) Pₙ over the distinct scores from the highest on. NaN where there is no positive row.
 *
 * @throws MlError as {@link areaUnderRoc} does.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const [positives, negatives] = byLabel(scores, labels);
  let sum = 0;
  let n = negatives.length;
  for (let p = positives.length; p > 0;) {
    const score = positives[p - 1]!;
    let equal = 0;
    while (p > 0 && positives[p - 1] === score) {
      p--;
      equal++;
    }
    while (n > 0 && negatives[n - 1]! >= score) n--;
    const hits = positives.length - p;
    sum += (equal / positives.length) * (hits / (hits + negatives.length - n));
  }
  return positives.length === 0 ? NaN : sum;
}

/** Scores of the positive and of the negative rows, each ascending. */
function byLabel(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): readonly [Float64Array, Float64Array] {
  if (scores.length !== labels.length) {
    throw new MlError(
      "ML_INVALID_TARGET",
      `There are ${scores.length} scores and ${labels.length} labels.`,
    );
  }
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    const [score, label] = [scores[i], labels[i]];
    if (label !== 0 && label !== 1) {
      throw new MlError("ML_INVALID_TARGET", `Label ${i} is ${label}, neither 0 nor 1.`);
    }
    if (Number.isNaN(score)) throw new MlError("ML_INVALID_VALUE", `Score ${i} is NaN.`);
    count += label;
  }
  const positives = new Float64Array(count);
  const negatives = new Float64Array(labels.length - count);
  let p = 0;
  let n = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) positives[p++] = scores[i]!;
    else negatives[n++] = scores[i]!;
  }
  return [positives.sort(), negatives.sort()];
}
