import { type ClassifierSpec, evaluateProbabilities } from "../src/index.ts";
import { csvColumns, numberColumns } from "./shared-data.ts";

/** Mean AUC, log-loss and Brier score over the five fixed folds of a data set with a `fold` column. */
export async function crossValidate(
  path: string,
  label: string,
  except: readonly string[],
  spec: ClassifierSpec,
  shape: (value: number) => number = (value) => value,
): Promise<{ auc: number; logLoss: number; brier: number }> {
  const text = csvColumns(path);
  const fold = text["fold"]!.map(Number);
  const labels = text[label]!.map(Number);
  const columns = numberColumns(text, "fold", label, ...except);
  const rowsOf = (held: number, wanted: boolean): number[] =>
    [...fold.keys()].filter((i) => (fold[i] === held) === wanted);
  const pick = (rows: readonly number[]): Record<string, Float64Array> =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        name,
        Float64Array.from(rows, (i) => shape(values[i]!)),
      ]),
    );
  const sum = { auc: 0, logLoss: 0, brier: 0 };
  for (let held = 0; held < 5; held++) {
    const train = rowsOf(held, false);
    const test = rowsOf(held, true);
    const model = await spec.fit(pick(train), { target: train.map((i) => labels[i]!) });
    const judged = evaluateProbabilities(
      model.probabilities(pick(test)),
      test.map((i) => labels[i]!),
    );
    sum.auc += judged.auc / 5;
    sum.logLoss += judged.logLoss / 5;
    sum.brier += judged.brier / 5;
  }
  return sum;
}
