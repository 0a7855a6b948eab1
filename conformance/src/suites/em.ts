import { readFixtures } from "../em/fixtures.ts";
import { recover } from "../em/known.ts";
import { explainer } from "../em/waterfall.ts";
import type { TextRow } from "../files.ts";
import { judge, near, noCounterpart } from "../judge.ts";
import type { Outcome, Suite } from "../suite.ts";

/** What Splink's own test allows for parameters that are recovered, and for numbers given with all their digits. */
const RECOVERED = 0.01;
const EXACT = 1e-9;

/** Parameters and weights of Splink. */
export const suite: Suite = {
  async *run({ path, wants }) {
    for await (const outcome of casesOf(path)) if (wants(outcome.case)) yield outcome;
  },
};

async function* casesOf(path: string): AsyncIterable<Outcome> {
  const set = readFixtures(path);
  for (const { name, rows } of set.pairs) {
    const explain = await explainer(set);
    for (const row of rows) yield* weights(name, row, explain);
  }
  for (const { name, rows } of set.vectors) {
    const { known, trained, probabilityOf } = await recover(rows, set.notes);
    for (const [k, { column, levels }] of known.entries()) {
      for (const [l, expected] of levels.entries()) {
        const { m, u } = trained.parameters.comparisons[k]!.levels[l]!;
        const title = `${name} ${column} gamma ${levels.length - 1 - l}`;
        yield await judge(`${title} m`, () => near("m", m, expected.m, RECOVERED));
        yield await judge(`${title} u`, () => near("u", u, expected.u, RECOVERED));
      }
    }
    // λ of a trained model is that of all pairs of records, not of the vectors.
    yield noCounterpart(`${name} λ`);
    for (const [vector, row] of distinct(rows, known)) {
      const expected = Number(row["true_match_probability_l"]);
      yield await judge(`${name} probability of ${vector}`, () =>
        near("the probability", probabilityOf(row), expected, EXACT),
      );
    }
  }
  for (const { name, rows } of set.steps) {
    for (const row of rows) {
      if (Number(row["iteration"]) === 0) continue;
      const step = `${name} step ${row["iteration"]}`;
      // The package estimates from records to the end; it has no call for one step from given parameters.
      if ("λ" in row) yield noCounterpart(`${step} λ`);
      else
        for (const what of ["m", "u"])
          yield noCounterpart(`${step} ${row["column_name"]} ${row["level_name"]} ${what}`);
    }
  }
}

type Explain = Awaited<ReturnType<typeof explainer>>;

async function* weights(name: string, row: TextRow, explain: Explain): AsyncIterable<Outcome> {
  const [left, right] = [row["unique_id_l"]!, row["unique_id_r"]!];
  const title = `${name} ${left} ${right}`;
  yield await judge(`${title} weight`, () =>
    near("the weight", explain(left, right).matchWeight, Number(row["match_weight"]), EXACT),
  );
  yield await judge(`${title} probability`, () => {
    const expected = Number(row["match_probability"]);
    near("the probability", explain(left, right).probability, expected, EXACT);
  });
  for (const [column, value] of Object.entries(row)) {
    const factor = /^bf_(gamma|tf_adj)_(.+)$/.exec(column);
    if (!factor || value === null) continue;
    yield await judge(`${title} ${column}`, () => {
      const one = explain(left, right).comparisons.find((each) => each.name === factor[2]);
      if (!one) throw new Error(`nothing compares ${factor[2]}`);
      const bits = factor[1] === "gamma" ? one.weight - one.frequencyWeight : one.frequencyWeight;
      near("the Bayes factor", 2 ** bits, Number(value), EXACT);
    });
  }
}

/** One row of each combination of levels. */
function distinct(
  rows: readonly TextRow[],
  known: readonly { readonly column: string }[],
): ReadonlyMap<string, TextRow> {
  const keyOf = (row: TextRow): string =>
    known.map(({ column }) => row[`gamma_${column}`]).join("");
  return new Map(rows.map((row) => [keyOf(row), row]));
}
