import { evaluateProbabilities, type ProbabilityMetrics } from "@lakewright/ml";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { columnsOf, filesUnder, numbersOf } from "../files.ts";
import { judge, noCounterpart } from "../judge.ts";
import { type Counterpart, counterpartOf } from "./classifiers.ts";
import { entriesOf, type Judge, type Reference } from "./reference.ts";

type Score = keyof Omit<ProbabilityMetrics, "reliability" | "rows" | "positives">;

/** Scores by the name the reference has for them; those where more is better have a plus. */
const SCORES: Readonly<Record<string, readonly [ours: Score, sign: 1 | -1]>> = {
  auc: ["auc", 1],
  ap: ["averagePrecision", 1],
  log_loss: ["logLoss", -1],
  brier: ["brier", -1],
  ece10: ["ece", -1],
};

/** Columns that are no features. */
const NOT_FEATURES = new Set(["customer_id", "part", "fold", "label", "churn"]);

/** Allowed where the reference does not say how much its folds differ. */
const TOLERANCE = 0.005;

/** Classifiers over fixed folds: a score may be worse than the reference by the standard error of its mean. */
export const churn: Judge = async function* ({ folder, reference, wants }) {
  for (const { set, data, name, scores } of modelsOf(folder, reference)) {
    const titleOf = (score: string): string => `churn ${set} ${name} ${score}`;
    const wanted = Object.entries(scores).filter(
      ([score]) => score in SCORES && wants(titleOf(score)),
    );
    if (wanted.length === 0) continue;
    const counterpart = counterpartOf(name);
    const means = counterpart && (await crossValidate(data, counterpart));
    for (const [score, value] of wanted) {
      const title = titleOf(score);
      if (!means) {
        yield noCounterpart(title);
        continue;
      }
      const [mean, sd] = Array.isArray(value) ? (value as number[]) : [value as number];
      const tolerance = sd === undefined ? TOLERANCE : sd / Math.sqrt(5);
      yield await judge(title, () => {
        const [ours, sign] = SCORES[score]!;
        const worse = sign * (mean! - means[ours]);
        if (!(worse <= tolerance)) {
          throw new Error(
            `${means[ours].toFixed(5)}, expected ${mean} or better by ${tolerance.toFixed(5)}`,
          );
        }
      });
    }
  }
};

interface ReferenceModel {
  readonly set: string;
  readonly data: string;
  readonly name: string;
  readonly scores: Readonly<Record<string, unknown>>;
}

/** Models with scores over five folds; `<subject>_<set>` has its data in the folder of the set. */
function modelsOf(folder: string, reference: Reference): readonly ReferenceModel[] {
  return Object.keys(reference).flatMap((subject) => {
    const set = subject.split("_").at(-1)!;
    const place = join(folder, set);
    const data =
      existsSync(place) && filesUnder(place, ".csv").find((path) => "fold" in columnsOf(path));
    if (!data) return [];
    const entries = entriesOf(reference, subject);
    const nested = entries.flatMap(([, value]) => Object.entries(value));
    return [...entries, ...nested].flatMap(([name, value]) => {
      const { cv5 } = Object(value) as { readonly cv5?: Readonly<Record<string, unknown>> };
      return cv5 ? [{ set, data, name, scores: cv5 }] : [];
    });
  });
}

/** The mean of each score over the folds. */
async function crossValidate(
  path: string,
  { spec, shape }: Counterpart,
): Promise<Readonly<Record<Score, number>>> {
  const text = columnsOf(path);
  const labels = (text["label"] ?? text["churn"])!.map(Number);
  const fold = text["fold"]!;
  const columns = numbersOf(text, NOT_FEATURES);
  const pick = (rows: readonly number[]): Record<string, Float64Array> =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        Float64Array.from(rows, (i) => shape(values[i]!)),
      ]),
    );
  const folds = [...new Set(fold)];
  const sums = { auc: 0, averagePrecision: 0, logLoss: 0, brier: 0, ece: 0 };
  for (const held of folds) {
    const rows = [...fold.keys()];
    const train = rows.filter((i) => fold[i] !== held);
    const test = rows.filter((i) => fold[i] === held);
    const model = await spec.fit(pick(train), { target: train.map((i) => labels[i]!) });
    const judged = evaluateProbabilities(
      model.probabilities(pick(test)),
      test.map((i) => labels[i]!),
    );
    for (const score of Object.keys(sums) as Score[]) sums[score] += judged[score] / folds.length;
  }
  return sums;
}
