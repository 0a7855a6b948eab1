import { defineTable, nullable, utf8 } from "@lakewright/core";
import {
  block,
  compare,
  type ComparisonLevel,
  defineLinker,
  distance,
  exact,
  type Explanation,
} from "@lakewright/reconcile";
import type { TextRow } from "../files.ts";
import { CannotRun } from "../suite.ts";
import type { Fixtures } from "./fixtures.ts";
import { withParameters } from "./parameters.ts";

/** A comparison as the set starts it: levels in SQL, strongest first, with their m and u. */
interface Start {
  readonly column: string;
  readonly levels: readonly { readonly sql: string; readonly m: number; readonly u: number }[];
}

/** Explains pairs of the people of a set by the parameters its estimation starts from. */
export async function explainer(
  set: Fixtures,
): Promise<(left: string, right: string) => Explanation> {
  const { people, notes } = set;
  const starts = startsOf(set);
  const lambda = set.steps.flatMap(({ rows }) => rows).find(isStartOfLambda)?.["λ"];
  if (people.length === 0 || starts.length === 0 || !lambda) {
    throw new CannotRun("Pairs are there to be explained, without people or first parameters.");
  }
  const columns = Object.keys(people[0]!).map((name) => [
    name,
    name === "unique_id" ? utf8() : nullable(utf8()),
  ]);
  const linker = defineLinker(defineTable("people", Object.fromEntries(columns)), {
    id: "unique_id",
    blocking: [...notes.matchAll(/"l\.(\w+) = r\.\1"/g)].map(([, column]) => block(column!)),
    comparisons: starts.map(({ column, levels }) =>
      compare(
        column,
        levels.slice(0, -1).map(({ sql }) => levelOf(sql, weightOfFrequency(notes, column))),
      ),
    ),
  });
  const model = withParameters(
    linker,
    await linker.train(people as never[]),
    Number(lambda),
    starts.map(({ levels }) => levels.map(({ m, u }) => ({ m, u }))),
    // Splink takes a value's share of the records that have one, and u for the chance to agree.
    (name) => ({
      agreement: starts.find(({ column }) => column === name)!.levels[0]!.u,
      records: people.filter((row) => row[name] !== null).length,
    }),
  );
  const byId = new Map(people.map((row) => [row["unique_id"], row]));
  const rowOf = (id: string): never => {
    const row = byId.get(id);
    if (!row) throw new Error(`there is no record ${id}`);
    return row as never;
  };
  return (left, right) => model.explain({ left: rowOf(left), right: rowOf(right) });
}

function isStartOfLambda(row: TextRow): boolean {
  return "λ" in row && Number(row["iteration"]) === 0;
}

function startsOf({ steps }: Fixtures): readonly Start[] {
  const sheet = steps.find(({ rows }) => "m_probability" in rows[0]!);
  const rows = (sheet?.rows ?? []).filter((row) => Number(row["iteration"]) === 0);
  return [...new Set(rows.map((row) => row["column_name"]!))].map((column) => ({
    column,
    levels: rows
      .filter((row) => row["column_name"] === column)
      .sort((a, b) => Number(b["gamma_index"]) - Number(a["gamma_index"]))
      .map((row) => ({
        sql: row["sql_expr"]!,
        m: Number(row["m_probability"]),
        u: Number(row["u_probability"]),
      })),
  }));
}

function levelOf(sql: string, weight: number): ComparisonLevel {
  const edits = /LEVENSHTEIN\(\w+, \w+\) <= (\d+)/i.exec(sql);
  if (edits) return distance("levenshtein", Number(edits[1]));
  if (/\b(\w+)_l = \1_r\b/.test(sql)) {
    return exact(weight > 0 ? { termFrequency: { weight } } : {});
  }
  throw new CannotRun(`The level "${sql}" is not known.`);
}

/** The weight of frequencies in the settings of a column; 0 where there is none. */
function weightOfFrequency(notes: string, column: string): number {
  const found = new RegExp(
    `"tf_adjustment_column": "${column}",\\s*"tf_adjustment_weight": ([\\d.]+)`,
  ).exec(notes);
  return Number(found?.[1] ?? 0);
}
