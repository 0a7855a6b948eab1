import { basename } from "node:path";
import { csvOf, filesUnder, type TextRow, textOf } from "../files.ts";

/** A CSV file of the set. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly TextRow[];
}

/** The files of a set, told apart by their columns. */
export interface Fixtures {
  /** People with a `unique_id`. */
  readonly people: readonly TextRow[];
  /** λ, m and u of each step of an estimation; step 0 is where it started. */
  readonly steps: readonly Sheet[];
  /** Pairs of records with every Bayes factor. */
  readonly pairs: readonly Sheet[];
  /** Comparison vectors that were generated from known parameters. */
  readonly vectors: readonly Sheet[];
  /** What the set says of itself besides: settings, and how vectors were generated. */
  readonly notes: string;
}

export function readFixtures(folder: string): Fixtures {
  const sheets = filesUnder(folder, ".csv").map((path) => ({
    name: basename(path, ".csv"),
    rows: csvOf(path),
  }));
  const having = (...columns: readonly string[]): readonly Sheet[] =>
    sheets.filter(({ rows }) => rows[0] && columns.every((column) => column in rows[0]!));
  const notes = filesUnder(folder, ".txt").map(textOf).join("\n");
  return {
    people: having("unique_id")[0]?.rows ?? [],
    steps: [
      ...having("iteration", "column_name", "m_probability", "u_probability"),
      ...having("iteration", "λ"),
    ],
    pairs: having("match_weight", "match_probability", "unique_id_l", "unique_id_r"),
    vectors: having("true_match_l", "true_match_probability_l"),
    notes,
  };
}
