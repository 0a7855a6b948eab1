import { defineTable, seededRandom, utf8 } from "@lakewright/core";
import {
  block,
  compare,
  defineLinker,
  exact,
  type Linker,
  type LinkModel,
} from "@lakewright/reconcile";
import type { TextRow } from "../files.ts";
import { CannotRun } from "../suite.ts";
import { withParameters } from "./parameters.ts";

/** The parameters that vectors were generated from, agreement first. */
interface Known {
  readonly column: string;
  readonly levels: readonly { readonly m: number; readonly u: number }[];
}

/** What was learnt from vectors, and what they were generated from. */
export interface Recovered {
  readonly known: readonly Known[];
  /** Trained on records whose pairs have the vectors. */
  readonly trained: LinkModel;
  /** The probability of a vector under the known parameters, λ being the share of true matches. */
  probabilityOf(vector: TextRow): number;
}

/**
 * Gives a linker records that have the vectors: two records a vector, in a block of their own. Values are drawn from as
 * many as make two random records agree as often as u says.
 */
export async function recover(rows: readonly TextRow[], notes: string): Promise<Recovered> {
  const known = knownOf(notes).filter(({ column }) => `gamma_${column}` in rows[0]!);
  if (known.length === 0) throw new CannotRun("There are vectors without known parameters.");
  const names = known.map(({ column }) => column);
  const linker: Linker = defineLinker(
    defineTable(
      "vectors",
      Object.fromEntries(["id", "vector", ...names].map((name) => [name, utf8()])),
    ),
    {
      id: "id",
      blocking: [block("vector")],
      comparisons: names.map((name) => compare(name, [exact()])),
    },
  );
  const random = seededRandom(1);
  const records = rows.flatMap((row, k) => {
    const values = known.map(({ column, levels }) => {
      const size = Math.round(1 / levels[0]!.u);
      const left = random.integer(size);
      const agrees = row[`gamma_${column}`] === "1";
      const right = agrees ? left : (left + 1 + random.integer(size - 1)) % size;
      return [column, `v${left}`, `v${right}`] as const;
    });
    const side = (at: 1 | 2) => ({
      id: `${k} ${at}`,
      vector: String(k),
      ...Object.fromEntries(values.map((value) => [value[0], value[at]])),
    });
    return [side(1), side(2)];
  });
  const trained = await linker.train(records as never[]);
  const matches = rows.filter((row) => row["true_match_l"] === "1").length;
  const levels = known.map((one) => one.levels);
  const model = withParameters(linker, trained, matches / rows.length, levels);
  return {
    known,
    trained,
    probabilityOf: (vector) => {
      const right = names.map((name) => [name, vector[`gamma_${name}`] === "1" ? "a" : "b"]);
      const left = names.map((name) => [name, "a"]);
      const pair = {
        left: { id: "1", vector: "1", ...Object.fromEntries(left) },
        right: { id: "2", vector: "1", ...Object.fromEntries(right) },
      };
      return model.explain(pair as never).probability;
    },
  };
}

/** Reads `"col_name": …, "m_probabilities": […], "u_probabilities": […]`, disagreement first. */
function knownOf(notes: string): readonly Known[] {
  const plain = notes.replace(/^#/gm, "");
  const found = plain.matchAll(
    /"col_name": "(\w+)",\s*"m_probabilities": \[([^\]]+)\],[^"]*"u_probabilities": \[([^\]]+)\]/g,
  );
  return [...found].map(([, column, m, u]) => {
    const us = numbersOf(u!);
    return {
      column: column!,
      levels: numbersOf(m!).map((value, k) => ({ m: value, u: us[k]! })),
    };
  });
}

function numbersOf(text: string): number[] {
  return text.split(",").map(Number).reverse();
}
