import { describe, expect, it } from "vitest";
import { candidatePairs } from "../../src/blocking/pairs.ts";
import { planBlocks } from "../../src/blocking/plan.ts";
import { compileComparisons, levelOf } from "../../src/compare/compile.ts";
import { block, compare, defineLinker, distance, exact } from "../../src/index.ts";
import { expectationMaximisation, type Parameters } from "../../src/model/em.ts";
import { valueCounts } from "../../src/model/random-pairs.ts";
import type { VectorCounts } from "../../src/model/vectors.ts";
import { csvRows, dataFile, textTable } from "../data.ts";

const fixture = (name: string): string | undefined => dataFile(`splink-em-fixtures/${name}`);

describe("expectation maximisation against Splink", () => {
  it("finds the m, u and λ that vectors were generated from", () => {
    const text = fixture("known_params_comparison_vectors.csv");
    if (text === undefined) return;
    const rows = csvRows(text);
    const keys = new Map<string, number>();
    for (const row of rows) {
      const key = [1, 2, 3].map((k) => row[`gamma_col_${k}`]).join("");
      keys.set(key, (keys.get(key) ?? 0) + 1);
    }
    // Splink counts levels from the weakest, we from the strongest.
    const data: VectorCounts = {
      levels: [2, 2, 2],
      vectors: Int8Array.from(
        [...keys.keys()].flatMap((key) => [...key].map((g) => 1 - Number(g))),
      ),
      counts: Float64Array.from(keys.values()),
    };
    const start: Parameters = {
      lambda: 0.3,
      m: data.levels.map(() => [0.9, 0.1]),
      u: data.levels.map(() => [0.1, 0.9]),
    };
    const em = expectationMaximisation(data, start, { maxIterations: 2000, tolerance: 1e-9 });
    const known = { m: [0.7, 0.9, 0.95], u: [0.1, 0.025, 0.2] };
    expect(em.lambda).toBeCloseTo(0.5, 2);
    known.m.forEach((m, k) => {
      expect(Math.abs(em.m[k]![0]! - m)).toBeLessThan(0.01);
      expect(Math.abs(em.u[k]![0]! - known.u[k]!)).toBeLessThan(0.01);
    });
  });

  const comparisons = [
    compare("first_name", [exact(), distance("levenshtein", 2)]),
    compare("dob", [exact()]),
    compare("city", [exact()]),
    compare("email", [exact()]),
  ];

  it.each([
    ["fixed_u", true],
    ["no_fix", false],
  ])("takes the steps Splink 2 took (%s)", async (name, fixU) => {
    const people = fixture("fake_1000_from_splink_demos.csv");
    const parameters = fixture(`splink2_m_u_history_${name}.csv`);
    const lambdas = fixture(`splink2_proportion_of_matches_history_${name}.csv`);
    if (people === undefined || parameters === undefined || lambdas === undefined) return;
    const rows = csvRows(people);
    const linker = defineLinker(textTable("fake", rows, "unique_id"), {
      id: "unique_id",
      blocking: [block("surname")],
      comparisons,
    });
    const records = await linker.read(rows);
    const compiled = compileComparisons(records, comparisons);
    const pairs: (readonly [i: number, j: number])[] = [];
    for (const { left, right, length } of candidatePairs(planBlocks(records, [block("surname")]))) {
      for (let k = 0; k < length; k++) pairs.push([left[k]!, right[k]!]);
    }
    const vectors = Int8Array.from(
      pairs.flatMap(([i, j]) => compiled.map((comparison) => levelOf(comparison, i, j))),
    );
    // Splink weighs agreement on a first name by its frequency, to the power of 0.6, relative to the u of the step.
    const { codes } = compiled[0]!;
    const names = valueCounts(compiled[0]!);
    const total = names.reduce((sum, n) => sum + n, 0);
    const offsetsOf = (u: number): Float64Array =>
      Float64Array.from(pairs, ([i], row) =>
        vectors[4 * row] === 0 ? 0.6 * Math.log2((u * total) / names[codes[i]!]!) : 0,
      );
    const history: Parameters[] = [
      {
        lambda: 0.3,
        m: [
          [0.7, 0.2, 0.1],
          [0.9, 0.1],
          [0.9, 0.1],
          [0.9, 0.1],
        ],
        u: [
          [0.1, 0.1, 0.8],
          [0.1, 0.9],
          [0.1, 0.9],
          [0.1, 0.9],
        ],
      },
    ];
    for (let step = 0; step < 3; step++) {
      const before = history[step]!;
      const data: VectorCounts = {
        levels: [3, 2, 2, 2],
        vectors,
        counts: new Float64Array(pairs.length).fill(1),
        offsets: offsetsOf(before.u[0]![0]!),
      };
      history.push(expectationMaximisation(data, before, { fixU, maxIterations: 1 }));
    }
    const steps = csvRows(lambdas);
    expect(steps.length).toBeGreaterThan(2);
    for (const row of steps) {
      expect(history[Number(row["iteration"])]!.lambda).toBeCloseTo(Number(row["λ"]), 6);
    }
    for (const row of csvRows(parameters)) {
      const k = comparisons.findIndex((comparison) => comparison.name === row["column_name"]);
      const level = Number(row["num_levels"]) - 1 - Number(row["gamma_index"]);
      const step = history[Number(row["iteration"])]!;
      expect(step.m[k]![level]).toBeCloseTo(Number(row["m_probability"]), 6);
      expect(step.u[k]![level]).toBeCloseTo(Number(row["u_probability"]), 6);
    }
  });

  it("explains a pair as Splink does, the frequency of its name at a weight of 0.6", async () => {
    const people = fixture("fake_1000_from_splink_demos.csv");
    const pair = fixture("splink2_479_vs_481.csv");
    if (people === undefined || pair === undefined) return;
    const rows = csvRows(people);
    const expected = csvRows(pair)[0]!;
    const linker = defineLinker(textTable("fake", rows, "unique_id"), {
      id: "unique_id",
      blocking: [block("surname")],
      comparisons: [
        compare("first_name", [
          exact({ termFrequency: { weight: 0.6 } }),
          distance("levenshtein", 2),
        ]),
        ...comparisons.slice(1),
      ],
    });
    const { comparisons: trained, ...rest } = (await linker.train(rows)).toJson();
    const named = rows.filter((row) => row["first_name"] !== null).length;
    const known = [
      [
        [0.7, 0.1],
        [0.2, 0.1],
        [0.1, 0.8],
      ],
      ...[1, 2, 3].map(() => [
        [0.9, 0.1],
        [0.1, 0.9],
      ]),
    ];
    const model = linker.fromJson({
      ...rest,
      lambda: 0.3,
      comparisons: trained.map((comparison, k) => ({
        ...comparison,
        levels: comparison.levels.map(({ name }, l) => ({
          name,
          m: known[k]![l]![0]!,
          u: known[k]![l]![1]!,
        })),
        ...(comparison.frequencies && {
          frequencies: { ...comparison.frequencies, agreement: 0.1, records: named },
        }),
      })),
    });
    const rowOf = (id: string) => rows.find((row) => row["unique_id"] === id)!;
    const explanation = model.explain({ left: rowOf("479"), right: rowOf("481") });
    expect(explanation.matchWeight).toBeCloseTo(Number(expected["match_weight"]), 9);
    expect(explanation.probability).toBeCloseTo(Number(expected["match_probability"]), 9);
    expect(2 ** explanation.comparisons[0]!.frequencyWeight).toBeCloseTo(
      Number(expected["bf_tf_adj_first_name"]),
      9,
    );
  });
});
