import {
  date,
  defineTable,
  int64,
  nullable,
  seededRandom,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  block,
  type Clusters,
  compare,
  defineLinker,
  distance,
  exact,
  type LinkModel,
  person,
  prefix,
  ReconcileError,
  same,
  similarity,
} from "../../src/index.ts";
import { pairwise } from "../data.ts";
import { makePeople, people } from "../people.ts";

const code = (of: () => unknown): unknown => {
  try {
    of();
  } catch (error) {
    return error instanceof ReconcileError ? error.code : error;
  }
  return "nothing thrown";
};

describe("a definition", () => {
  const known = {
    id: "user_id",
    blocking: [block("surname")],
    comparisons: [compare("surname", [exact()])],
  };

  it("names the column that is not there, and those that are", () => {
    expect(() => defineLinker(people, person({ email: "e_mail" }))).toThrow(
      'Table "people" has no column "e_mail", named as email of person().',
    );
    expect(() => defineLinker(people, { ...known, blocking: [block("lastname")] })).toThrow(
      'no column "lastname", named as part of the blocking rule "lastname"',
    );
    expect(() =>
      defineLinker(people, {
        ...known,
        comparisons: [compare("surname", [exact(), same("town")])],
      }),
    ).toThrow('no column "town", named as compared in "surname"');
    expect(code(() => defineLinker(people, { ...known, id: "key" }))).toBe(
      "RECONCILE_UNKNOWN_COLUMN",
    );
    expect(code(() => defineLinker(people, { ...known, source: "origin" }))).toBe(
      "RECONCILE_UNKNOWN_COLUMN",
    );
  });

  it.each([
    ["no blocking rule", { ...known, blocking: [] }],
    ["no comparison", { ...known, comparisons: [] }],
    ["a rule twice", { ...known, blocking: [block("surname"), block("surname")] }],
    ["an id that is a day", { ...known, id: "birth_date" }],
    ["a field of no column", { ...known, fields: { surname: { columns: [] } } }],
  ])("is refused with %s", (_, definition) => {
    expect(code(() => defineLinker(people, definition))).toBe("RECONCILE_INVALID_LINKER");
  });

  it.each([
    ["compare() without level", () => compare("surname", [])],
    ["a level twice", () => compare("surname", [exact(), exact()])],
    ["block() of nothing", () => block()],
    ["a threshold above 1", () => similarity("jaro", 1.5)],
  ])("%s is refused", (_, of) => {
    expect(code(of)).toBe("RECONCILE_INVALID_LINKER");
  });
});

describe("the data", () => {
  const linker = defineLinker(people, person());

  it("may be empty", async () => {
    const model = await linker.train([]);
    const clusters = await model.cluster([]);
    expect(clusters.count).toBe(0);
    expect(clusters.assignments.numRows).toBe(0);
    expect(clusters.pairs.numRows).toBe(0);
    expect([...clusters.merge()]).toEqual([]);
    expect(model.parameters.warnings.map((one) => one.code)).toEqual(["NO_MATCHES"]);
  });

  it("may be one record, or records without any value: each is its own cluster", async () => {
    const model = await linker.train([{ user_id: "a" }]);
    const clusters = await model.cluster([{ user_id: "b" }, { user_id: "a" }]);
    expect(toRows(clusters.assignments)).toEqual([
      { id: "a", cluster_id: "a" },
      { id: "b", cluster_id: "b" },
    ]);
  });

  it("must have an id in each row, and no id twice", async () => {
    await expect(linker.train([{ user_id: "" }])).rejects.toMatchObject({
      code: "RECONCILE_INVALID_ID",
    });
    const rows = [{ user_id: "a" }, { user_id: "b" }, { user_id: "a" }];
    await expect(linker.train(rows)).rejects.toMatchObject({
      code: "RECONCILE_DUPLICATE_ID",
      message: 'Record id "a" appears twice, in rows 0 and 2.',
    });
  });

  it("must have been read by this linker, if it has been read", async () => {
    const records = await defineLinker(people, person({ phone: null })).read([{ user_id: "a" }]);
    await expect(linker.train(records)).rejects.toMatchObject({ code: "RECONCILE_MODEL_MISMATCH" });
  });

  it("has no record of an unknown id", async () => {
    const clusters = await (await linker.train([])).cluster([{ user_id: "a" }]);
    expect(() => clusters.explain({ left: "a", right: "z" })).toThrow('There is no record "z".');
  });

  it("may have numbers as ids", async () => {
    const numbered = defineTable("n", {
      id: int64(),
      email: nullable(utf8()),
      born: nullable(date()),
    });
    const rows = [
      { id: 10n, email: "a@x.org", born: "1990-01-01" },
      { id: 9n, email: "a@x.org", born: "1990-01-01" },
      { id: 11n, email: "b@x.org", born: "1991-01-01" },
    ];
    const model = await defineLinker(numbered, person()).train(rows);
    const clusters = await model.cluster(rows);
    const assigned = toRows(clusters.assignments).map((row) => [row["id"], row["cluster_id"]]);
    expect(assigned).toEqual([
      [9n, 9n],
      [10n, 9n],
      [11n, 11n],
    ]);
  });
});

describe("options", () => {
  const linker = defineLinker(people, person());
  it.each([
    [{ sede: 7 }, 'train() has no option "sede".'],
    [{ seed: 0.5 }, "seed is 0.5; it must be a whole number."],
    [{ maxPairs: 0 }, "maxPairs is 0; it must be a whole number from 1."],
    [{ largeBlocks: "drop" }, 'it must be one of "skip", "error"'],
  ])("%j is refused", async (options, message) => {
    await expect(linker.train([], options as object)).rejects.toThrow(message);
  });

  it("a threshold must be a probability", async () => {
    const model = await linker.train([]);
    await expect(model.cluster([], { threshold: 80 })).rejects.toMatchObject({
      code: "RECONCILE_INVALID_OPTION",
    });
  });
});

describe("made-up people", { timeout: 60_000 }, () => {
  const { rows, truth } = makePeople(2000, 5);
  const linker = defineLinker(people, person());
  let model: LinkModel;
  let clusters: Clusters;
  beforeAll(async () => {
    model = await linker.train(rows);
    clusters = await model.cluster(rows);
  });

  it("are found again", () => {
    const found = toRows(clusters.assignments).map(
      (row) => [row["id"] as string, row["cluster_id"]] as const,
    );
    const agreement = pairwise(new Map(found), truth);
    expect(agreement.f1, JSON.stringify(agreement)).toBeGreaterThan(0.99);
    expect(found.length).toBe(rows.length);
    expect(clusters.count).toBe(new Set(found.map(([, cluster]) => cluster)).size);
  });

  it("give the same model and clusters in any order of the rows, as rows, batches or read before", async () => {
    const shuffled = seededRandom(3).shuffle([...rows]);
    const batches = [toBatch(people, shuffled.slice(0, 700)), toBatch(people, shuffled.slice(700))];
    const model = await linker.train(rows, { seed: 11, maxPairs: 50_000 });
    const again = await linker.train(batches, { seed: 11, maxPairs: 50_000 });
    expect(again.toJson()).toEqual(model.toJson());
    const clusters = await model.cluster(rows);
    const others = await again.cluster(await linker.read(batches));
    expect(toRows(others.assignments)).toEqual(toRows(clusters.assignments));
    expect(toRows(others.pairs)).toEqual(toRows(clusters.pairs));
  });

  it("give other random pairs for another seed, and nearly the same model", async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((seed) => linker.train(rows, { seed, maxPairs: 100_000 })),
    );
    expect(a!.toJson()).not.toEqual(b!.toJson());
    expect(a!.parameters.lambda / b!.parameters.lambda).toBeCloseTo(1, 1);
  });

  it("can be clustered by a model that was stored", async () => {
    const stored = linker.fromJson(JSON.parse(JSON.stringify(model.toJson())));
    expect(toRows((await stored.cluster(rows)).pairs)).toEqual(toRows(clusters.pairs));
    expect(() => linker.fromJson({ format: "other" })).toThrow("is no link model of version 1");
    const narrow = defineLinker(people, person({ phone: null }));
    expect(code(() => narrow.fromJson(model.toJson()))).toBe("RECONCILE_MODEL_MISMATCH");
  });

  it("refuses stored models of any other shape", () => {
    const json = JSON.parse(JSON.stringify(model.toJson())) as {
      comparisons: { frequencies?: object }[];
    };
    const [first, ...others] = json.comparisons;
    for (const broken of [
      { comparisons: "x" },
      { comparisons: undefined },
      { comparisons: [null, ...others] },
      { comparisons: [{ ...first, levels: [null] }, ...others] },
      { comparisons: [{ ...first, trainedOn: undefined }, ...others] },
      { comparisons: [{ ...first, frequencies: { counts: [1] } }, ...others] },
      { records: "many" },
    ]) {
      expect(code(() => linker.fromJson({ ...json, ...broken }))).toBe("RECONCILE_MODEL_MISMATCH");
    }
  });

  it("do not start when told to stop before", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(model.cluster(rows.slice(0, 2), { signal })).rejects.toThrow("enough");
    await expect(linker.read([], { signal })).rejects.toThrow("enough");
    await expect(linker.read([], { signl: signal } as object)).rejects.toMatchObject({
      code: "RECONCILE_INVALID_OPTION",
    });
  });

  it("refuse metrics and lengths that do not exist", () => {
    const invalid = [
      () => distance("hamming" as never, 1),
      () => similarity("cosine" as never, 0.5),
      () => prefix("name", 0),
    ];
    for (const define of invalid) expect(code(define)).toBe("RECONCILE_INVALID_LINKER");
  });

  it("stop when told to, and say how far they are", async () => {
    const phases = new Set<string>();
    const controller = new AbortController();
    const onProgress = ({ phase }: { phase: string }): void => {
      phases.add(phase);
      if (phase === "rules") controller.abort(new Error("enough"));
    };
    await expect(linker.train(rows, { signal: controller.signal, onProgress })).rejects.toThrow(
      "enough",
    );
    expect([...phases]).toEqual(["read", "random pairs", "rules"]);
  });
});

describe("a block that is too large", () => {
  const rows = Array.from({ length: 3000 }, (_, k) => ({
    user_id: `u${k}`,
    first_name: `name${k % 300}`,
    phone: k % 2 ? "000 000 000" : `${100_000_000 + k}`,
  }));
  const linker = defineLinker(people, {
    id: "user_id",
    blocking: [block("phone"), block("first_name")],
    comparisons: [compare("first_name", [exact()]), compare("phone", [exact()])],
  });

  it("is planned, and left out with a warning that names rule and value", async () => {
    const wide = rows.concat(rows.map((row) => ({ ...row, user_id: `${row.user_id}x` })));
    const plan = await linker.plan(wide, { maxPairsPerRecord: 1 });
    expect(plan.rules[0]!.skipped).toEqual([
      { key: ["000 000 000"], records: 3000, pairs: (3000 * 2999) / 2 },
    ]);
    const model = await linker.train(wide, { maxPairsPerRecord: 1 });
    expect(model.parameters.warnings[0]).toMatchObject({
      code: "BLOCKS_SKIPPED",
      message:
        'The blocking rule "phone" left out 1 block, the largest of 3000 records with "000 000 000".',
    });
  });

  it("does not keep copies of a record apart", async () => {
    const { rows: some } = makePeople(500, 8);
    const copies = Array.from({ length: 3000 }, (_, k) => ({ ...some[0]!, user_id: `copy${k}` }));
    const everyone = defineLinker(people, person());
    const model = await everyone.train(some);
    const clusters = await model.cluster([...some, ...copies]);
    expect(clusters.warnings.map((one) => one.code)).toContain("BLOCKS_SKIPPED");
    const found = new Map(
      toRows(clusters.assignments).map((row) => [row["id"], row["cluster_id"]]),
    );
    expect(new Set(copies.map((copy) => found.get(copy.user_id))).size).toBe(1);
  });

  it("is an error where that is wanted", async () => {
    const wide = rows.concat(rows.map((row) => ({ ...row, user_id: `${row.user_id}x` })));
    await expect(
      linker.plan(wide, { maxPairsPerRecord: 1, largeBlocks: "error" }),
    ).rejects.toMatchObject({
      code: "RECONCILE_LIMIT",
      details: { rule: "phone", key: ["000 000 000"], records: 3000 },
    });
  });
});
