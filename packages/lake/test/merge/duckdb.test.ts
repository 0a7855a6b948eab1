/** Merges of generated rows by generated clauses, against DuckDB's MERGE. */
import { DuckDBInstance } from "@duckdb/node-api";
import { decimal, defineTable, int32, int64, nullable, toBatch, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createTable,
  isLakeError,
  memoryStore,
  type MergeOptions,
  type MergeResult,
  sql,
} from "../../src/index.ts";

type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
let duckdb: Connection;
beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  duckdb = await instance.connect();
});
afterAll(() => duckdb.closeSync());

const columns = {
  id: nullable(int64()),
  part: nullable(utf8()),
  n: nullable(int32()),
  amount: nullable(decimal(9, 2)),
};
const table = defineTable("target", columns);
const names = ["id", "part", "n", "amount"] as const;
/** The source has keys of other widths and scales. */
const sourceTable = defineTable("source", {
  id: nullable(int32()),
  part: nullable(utf8()),
  n: nullable(int64()),
  amount: nullable(decimal(12, 3)),
  op: utf8(),
});
const DDL = {
  target: "id BIGINT, part VARCHAR, n INTEGER, amount DECIMAL(9, 2)",
  source: "id INTEGER, part VARCHAR, n BIGINT, amount DECIMAL(12, 3), op VARCHAR",
};

type Values = readonly (string | number | null)[];
const cents = fc.integer({ min: -300, max: 300 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 6 });
// An empty text in a partition column is null: PROTOCOL.md.
const part = fc.constantFrom("a", "b", "é", "ab");
const row = (scale: 2 | 3): fc.Arbitrary<Values> =>
  fc.tuple(
    maybe(fc.integer({ min: 0, max: 7 })),
    maybe(part),
    maybe(fc.integer({ min: -2, max: 2 })),
    maybe(cents.map((value) => (value / 100).toFixed(scale))),
  );
const sourceRow = fc
  .tuple(row(3), fc.constantFrom("u", "d", "i"))
  .map(([values, op]): Values => [...values, op]);

/** Conditions in SQL that both read. */
const onBoth = fc.constantFrom(
  "source.op = 'u'",
  "source.op <> 'd' AND target.n > 0",
  "target.amount < source.amount",
  "target.part IS NULL OR source.n >= target.n",
  "NOT (target.n = source.n)",
  "coalesce(source.amount, 0) > 1.25",
);
const onSource = fc.constantFrom("source.op = 'i'", "source.n IS NOT NULL", "source.amount > 0.5");
const onTarget = fc.constantFrom("target.n = 1", "target.part = 'a'", "target.amount IS NULL");

interface Clause {
  readonly when: string | undefined;
  readonly then: string;
  readonly values: Readonly<Record<string, string>> | undefined;
}
const clause = (
  when: fc.Arbitrary<string>,
  thens: readonly string[],
  values: readonly Readonly<Record<string, string>>[],
  mayTakeAll: boolean,
): fc.Arbitrary<Clause> =>
  fc.record({
    when: fc.option(when, { nil: undefined }),
    then: fc.constantFrom(...thens),
    values: fc.constantFrom(...(mayTakeAll ? [undefined, undefined] : []), ...values),
  });
/** Only the last clause of a list may have no condition. */
const clauses = (one: fc.Arbitrary<Clause>): fc.Arbitrary<readonly Clause[]> =>
  fc
    .array(one, { maxLength: 3, size: "max" })
    .map((list) => list.filter(({ when }, k) => when !== undefined || k === list.length - 1));

const matched = clauses(
  clause(
    onBoth,
    ["update", "update", "delete", "ignore"],
    [
      { amount: "source.amount" },
      { n: "target.n + 1", part: "source.part" },
      { amount: "coalesce(target.amount, 0) + coalesce(source.amount, 0)", id: "source.id" },
      { part: "'new'" },
    ],
    true,
  ),
);
const notMatched = clauses(
  clause(
    onSource,
    ["insert", "ignore"],
    [
      { id: "source.id", part: "'in'" },
      { n: "source.n + 1", id: "source.id" },
    ],
    true,
  ),
);
const notMatchedBySource = clauses(
  clause(
    onTarget,
    ["update", "delete", "ignore"],
    [{ n: "0" }, { amount: "target.amount * 2", part: "target.part || 'x'" }],
    false,
  ),
);
const on = fc.constantFrom<string | readonly string[]>(
  ["id"],
  ["id", "part"],
  ["part"],
  ["amount"],
  ["n", "id", "part"],
  "target.id = source.id",
  "target.id = source.id AND target.part = 'a'",
  "target.id = source.id AND source.n > target.n",
  "target.part = source.part AND target.n <= source.n AND source.op <> 'd'",
  "target.id = source.n",
  "target.id + 1 = source.id AND upper(target.part) = upper(source.part)",
  "upper(target.part) = upper(source.part) AND target.id = source.id",
  "target.n > source.n AND target.id > 4",
);

/** Rows in several files or batches; now and then none. */
const filesOf = (
  one: fc.Arbitrary<Values>,
  maxLength: number,
): fc.Arbitrary<readonly (readonly Values[])[]> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 9,
      arbitrary: fc.array(fc.array(one, { minLength: 2, maxLength: 7 }), {
        minLength: 1,
        maxLength,
      }),
    },
  );

const merge = fc.record({
  target: filesOf(row(2), 4),
  source: filesOf(sourceRow, 2),
  on,
  matched,
  notMatched,
  notMatchedBySource,
  partitioned: fc.boolean(),
  vectors: fc.boolean(),
});
type Merge = typeof merge extends fc.Arbitrary<infer M> ? M : never;

const acts = (list: readonly Clause[]): boolean => list.some(({ then }) => then !== "ignore");

test("a merge gives the rows that DuckDB's gives, and refuses what is ambiguous", async () => {
  let refused = 0;
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      merge.filter(
        (given) => acts(given.matched) || acts(given.notMatched) || acts(given.notMatchedBySource),
      ),
      async (given) => {
        await load("target", given.target.flat());
        await load("source", given.source.flat());
        if (await isAmbiguous(given)) {
          const { error, before, after } = await ours(given);
          expect(isLakeError(error, "LAKE_MERGE_AMBIGUOUS")).toBe(true);
          expect(after).toEqual(before);
          refused++;
          return;
        }
        await duckdb.run(mergeSql(given));
        const { error, after, result } = await ours(given);
        if (error !== undefined) throw error as Error;
        expect(after).toEqual(await rowsOf("SELECT * FROM target"));
        expect(result).toMatchObject({ sourceRows: given.source.flat().length });
        if (result!.written) changed++;
      },
    ),
    { numRuns: 150, unbiased: true },
  );
  // Both outcomes are common enough to mean something.
  expect(refused).toBeGreaterThan(2);
  expect(changed).toBeGreaterThan(40);
}, 120_000);

async function load(name: "target" | "source", rows: readonly Values[]): Promise<void> {
  await duckdb.run(`CREATE OR REPLACE TABLE ${name} (${DDL[name]})`);
  if (rows.length === 0) return;
  const lists = rows.map((values) =>
    values.map((value) => (typeof value === "string" ? `'${value}'` : String(value ?? "NULL"))),
  );
  await duckdb.run(
    `INSERT INTO ${name} VALUES ${lists.map((list) => `(${list.join(", ")})`).join(", ")}`,
  );
}

async function rowsOf(query: string): Promise<string[]> {
  const reader = await duckdb.runAndReadAll(query);
  return reader
    .getRows()
    .map((values) => values.map(String).join("|"))
    .sort();
}

const condition = (given: Merge): string =>
  typeof given.on === "string"
    ? given.on
    : given.on.map((name) => `target.${name} = source.${name}`).join(" AND ");

/** Whether a row of the target is changed by two source rows, counted in SQL. */
async function isAmbiguous(given: Merge): Promise<boolean> {
  const [first] = given.matched;
  if (!first || (first.then === "delete" && first.when === undefined)) return false;
  const taken = given.matched.map(
    ({ when, then }) => `WHEN ${when ?? "true"} THEN ${then === "ignore" ? 0 : 1}`,
  );
  const found = await rowsOf(
    `SELECT target.rowid FROM target JOIN source ON ${condition(given)}
     WHERE CASE ${taken.join(" ")} ELSE 0 END = 1 GROUP BY target.rowid HAVING count(*) > 1`,
  );
  return found.length > 0;
}

function mergeSql(given: Merge): string {
  const all = Object.fromEntries(names.map((name) => [name, `source.${name}`]));
  const lines = (list: readonly Clause[], head: string): string[] =>
    list.map(({ when, then, values = all }) => {
      const guard = when === undefined ? "" : ` AND ${when}`;
      const set = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
      const does = {
        update: `UPDATE SET ${set.join(", ")}`,
        delete: "DELETE",
        ignore: "DO NOTHING",
        insert: `INSERT (${Object.keys(values).join(", ")}) VALUES (${Object.values(values).join(", ")})`,
      }[then]!;
      return `WHEN ${head}${guard} THEN ${does}`;
    });
  return [
    `MERGE INTO target USING source ON ${condition(given)}`,
    ...lines(given.matched, "MATCHED"),
    ...lines(given.notMatched, "NOT MATCHED BY TARGET"),
    ...lines(given.notMatchedBySource, "NOT MATCHED BY SOURCE"),
  ].join("\n");
}

interface Outcome {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly result: MergeResult | undefined;
  readonly error: unknown;
}

async function ours(given: Merge): Promise<Outcome> {
  const lake = await createTable(memoryStore(), table, {
    partitionBy: given.partitioned ? ["part"] : [],
    properties: given.vectors ? { "delta.enableDeletionVectors": "true" } : {},
  });
  const named = (values: Values, keys: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(keys.map((key, k) => [key, values[k]]));
  for (const rows of given.target) {
    await lake.append(rows.map((values) => named(values, names)) as never);
  }
  const contents = async (): Promise<string[]> =>
    (await lake.scan().rows())
      .map((row) => names.map((name) => String(row[name])).join("|"))
      .sort();
  const before = await contents();
  const batches = [...given.source, []].map((rows) =>
    toBatch(sourceTable, rows.map((values) => named(values, [...names, "op"])) as never),
  );
  const list = (some: readonly Clause[], key: "set" | "values"): never =>
    some.map(({ when, then, values }) => ({
      then,
      ...(when === undefined ? {} : { when: sql(when) }),
      ...(values && (then === "update" || then === "insert")
        ? {
            [key]: Object.fromEntries(
              Object.entries(values).map(([name, text]) => [name, sql(text)]),
            ),
          }
        : {}),
    })) as never;
  const options: MergeOptions = {
    on: typeof given.on === "string" ? sql(given.on) : given.on,
    whenMatched: list(given.matched, "set"),
    whenNotMatched: list(given.notMatched, "values"),
    whenNotMatchedBySource: list(given.notMatchedBySource, "set"),
  };
  let result: MergeResult | undefined;
  let error: unknown;
  try {
    result = await lake.merge(batches, options);
  } catch (thrown) {
    error = thrown;
  }
  return { before, after: await contents(), result, error };
}
