import { date, decimal, defineTable, int64, nullable, oneOf, utf8 } from "@lakewright/core";
import { raw, type Sql, sql, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  cube,
  defineProject,
  eq,
  expression,
  incremental,
  type Materialization,
  model,
  type Model,
  notNull,
  type Query,
  relationships,
  runModels,
  type SelectContext,
  snapshot,
  source,
  sum,
  table,
  unique,
  unitTest,
  view,
} from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const orders = source(
  defineTable("orders", {
    id: int64(),
    day: date(),
    amount: decimal(12, 2),
    note: nullable(utf8()),
  }),
);

const giving = (columns: Parameters<typeof model>[1]["columns"], statement: string): Model =>
  model("m", { columns, materialize: table(), select: () => raw(statement) });

const otherColumns = ({ from }: SelectContext): Query<"id" | "other"> =>
  from({ o: orders }).select(({ o }) => ({ id: o.id, other: o.id }));

describe("definitions that are refused", () => {
  const refused = (code: string, message: RegExp): unknown =>
    expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });
  const definition = (message: RegExp): unknown => refused("WAREHOUSE_INVALID_DEFINITION", message);
  const columns = { id: int64(), note: nullable(utf8()) };
  const select = (): Sql => sql`SELECT 1 AS id, NULL AS note`;
  const defined = (more: object): Model =>
    model("m", { columns, select, ...more } as Parameters<typeof model>[1]);

  it.each<readonly [string, () => unknown, unknown]>([
    [
      "an option that is misspelt",
      () => defined({ materialise: table() }),
      definition(/no option "materialise"/),
    ],
    [
      "the name of a way to be kept",
      () => defined({ materialize: "table" }),
      definition(/materialize of model "m" is "table"/),
    ],
    [
      "a query that is no function",
      () => defined({ select: "SELECT 1" }),
      definition(/select of model "m" is "SELECT 1"/),
    ],
    [
      "a reference by name",
      () =>
        defineProject([
          defined({ select: ({ ref }: SelectContext) => sql`SELECT * FROM ${ref("t" as never)}` }),
        ]),
      definition(/refers to "t", which is no table/),
    ],
    [
      "a test of a column it does not have",
      () => defined({ tests: [notNull("nope")] }),
      definition(/Test "nope not null" of "m" names "nope"/),
    ],
    [
      "a grain it does not have",
      () => defined({ grain: ["nope"] }),
      definition(/The grain of "m" names "nope"/),
    ],
    [
      "a partition it does not have",
      () => defined({ materialize: incremental({ by: "partition", column: "day" }) }),
      definition(/The partition of "m" names "day"/),
    ],
    [
      "a key that may be null",
      () => defined({ materialize: incremental({ by: "key", key: ["note"] }) }),
      definition(/"note", which may be null/),
    ],
    ["a snapshot without a key", () => snapshot({ key: [] }), definition(/no key/)],
    [
      "a test of another table's column that is not there",
      () => defineProject([defined({ tests: [relationships("id", orders, "nope")] })]),
      definition(/"orders.nope"/),
    ],
    [
      "two models of one name",
      () => defineProject([defined({}), model("M", { columns, select })]),
      definition(/Two models are named "m" and "M"/),
    ],
    [
      "a column its table does not have",
      () =>
        defineProject([
          model("m", {
            columns: { id: int64() },
            select: ({ from }) => from({ o: orders }).select(({ o }) => ({ id: o.$("nope") })),
          }),
        ]),
      definition(/o\.nope names a column that "orders" does not have/),
    ],
    [
      "columns the builder does not give",
      () =>
        defineProject([
          model("m", {
            columns: { id: int64(), more: int64() },
            // @ts-expect-error the query has no column "more"
            select: (context) => otherColumns(context),
          }),
        ]),
      definition(/does not give "more", gives "other"/),
    ],
    [
      "a select without SQL",
      () => defineProject([defined({ select: () => "SELECT 1" })]),
      definition(/gives no SQL/),
    ],
    [
      "a set of a cube that names no dimension",
      () =>
        defineProject([
          model("m", {
            columns: { day: date(), grouping_id: int64(), amount: decimal(18, 2) },
            select: cube({
              from: ({ from }) => from({ o: orders }),
              dimensions: ({ o }) => ({ day: o.day }),
              measures: ({ o }) => ({ amount: sum(o.amount) }),
              sets: [["month" as "day"]],
            }),
          }),
        ]),
      definition(/names "month"/),
    ],
    [
      "a unit test without rows of what the query reads",
      () =>
        unitTest(
          "u",
          model("m", { columns, select: ({ ref }) => sql`SELECT id, note FROM ${ref(orders)}` }),
          {
            given: {},
            expect: [],
          },
        ),
      definition(/gives no rows of "orders"/),
    ],
  ])("%s", (_, define, error) => {
    expect(() => {
      define();
    }).toThrow(error as Error);
  });

  it("a circle, with its path", () => {
    const first: Model = model("first", {
      columns: { id: int64() },
      select: ({ ref }) => sql`SELECT id FROM ${ref(third)}`,
    });
    const second: Model = model("second", {
      columns: { id: int64() },
      select: ({ ref }) => sql`SELECT id FROM ${ref(first)}`,
    });
    const third: Model = model("third", {
      columns: { id: int64() },
      select: ({ ref }) => sql`SELECT id FROM ${ref(second)}`,
    });
    expect(() => defineProject([second])).toThrow("second → first → third → second");
    expect(() => defineProject([second])).toThrow(
      expect.objectContaining({ code: "WAREHOUSE_MODEL_CYCLE" }) as Error,
    );
  });
});

describe("results that do not fit", () => {
  const before = async (engine: SqlEngine): Promise<void> => {
    const run = await runModels(engine, defineProject([giving({ n: int64() }, "SELECT 41 AS n")]), {
      clock: ticking(),
    });
    expect(run.ok).toBe(true);
  };

  it.each<readonly [string, Model, RegExp]>([
    [
      "a column too few",
      giving({ n: int64(), more: int64() }, "SELECT 1 AS n"),
      /"more" is missing/,
    ],
    [
      "a column too many",
      giving({ n: int64() }, "SELECT 1 AS n, 2 AS more"),
      /"more" is none of the declared columns/,
    ],
    [
      "text for a number",
      giving({ n: int64() }, "SELECT '1' AS n"),
      /"n" is varchar, declared as int64/,
    ],
    [
      "a double for a decimal",
      giving({ n: decimal(12, 2) }, "SELECT 0.1::DOUBLE AS n"),
      /"n" is double, declared as decimal\(12, 2\)/,
    ],
    [
      "a fraction for an integer",
      giving({ n: int64() }, "SELECT 1.5::DECIMAL(4, 1) AS n"),
      /"n" is decimal\(4,1\), declared as int64/,
    ],
    [
      "a moment for a day",
      giving({ n: date() }, "SELECT TIMESTAMP '2026-01-01 12:00:00' AS n"),
      /"n" is timestamp, declared as date/,
    ],
    [
      "a null",
      giving({ n: int64() }, "SELECT NULL::BIGINT AS n"),
      /A row of model "m" does not fit its columns or its key: .*n/,
    ],
    [
      "a value that is not in the list",
      giving({ n: oneOf(["a"]) }, "SELECT 'b' AS n"),
      /A row of model "m" does not fit/,
    ],
  ])("%s leave what was there", async (_, wrong, message) => {
    await using engine = duckdb(":memory:");
    await before(engine);
    const run = await runModels(engine, defineProject([wrong]), {
      clock: ticking("2026-11-22T00:00:00Z"),
    });
    expect(run.ok).toBe(false);
    expect(run.models[0]!.error).toMatchObject({ code: "WAREHOUSE_MODEL_MISMATCH" });
    expect(String(run.models[0]!.error)).toMatch(message);
    expect(await rows(engine, "SELECT * FROM m")).toEqual([{ n: "41" }]);
    expect(await rows(engine, "SELECT status FROM _wh_models ORDER BY started_at")).toEqual([
      { status: "success" },
      { status: "failed" },
    ]);
    const left =
      "SELECT table_name AS t FROM information_schema.tables WHERE table_name NOT LIKE '\\_wh\\_%' ESCAPE '\\'";
    expect(await rows(engine, left)).toEqual([{ t: "m" }]);
  });

  it.each<readonly [string, Materialization]>([
    ["a table", table()],
    ["a view", view()],
    ["keys", incremental({ by: "key", key: ["n"] })],
  ])("a snapshot does not become %s, which would drop its history", async (_, materialize) => {
    await using engine = duckdb(":memory:");
    const kept = (how: Materialization) =>
      defineProject([
        model("m", {
          columns: { n: utf8() },
          materialize: how,
          select: () => sql`SELECT '41' AS n`,
        }),
      ]);
    const clock = ticking();
    expect((await runModels(engine, kept(snapshot({ key: ["n"] })), { clock })).ok).toBe(true);
    const state = await rows(engine, "SELECT * FROM m");
    for (const fullRefresh of [false, true]) {
      const run = await runModels(engine, kept(materialize), { clock, fullRefresh });
      expect(run.models[0]!.error).toMatchObject({ code: "WAREHOUSE_SCHEMA_MISMATCH" });
    }
    expect(await rows(engine, "SELECT * FROM m")).toEqual(state);
    expect((await runModels(engine, kept(snapshot({ key: ["n"] })), { clock })).ok).toBe(true);
  });

  it.each<readonly [string, Materialization]>([
    ["a table", table()],
    ["a view", view()],
    ["partitions", incremental({ by: "partition", column: "id" })],
    ["keys", incremental({ by: "key", key: ["id"] })],
    ["a snapshot", snapshot({ key: ["id"] })],
  ])(
    "a failed test of %s leaves what was there, and what reads it is skipped",
    async (_, materialize) => {
      await using engine = duckdb(":memory:");
      await engine.execute("CREATE TABLE given AS SELECT 1::BIGINT AS id, 5::BIGINT AS n");
      const given = source(defineTable("given", { id: int64(), n: int64() }));
      const kept = model("kept", {
        columns: { id: int64(), n: int64() },
        materialize,
        tests: [
          expression(sql`n < 10`),
          notNull("n"),
          expression(sql`n < 8`, { severity: "warn" }),
        ],
        select: ({ from }) => from({ g: given }).select(({ g }) => ({ id: g.id, n: g.n })),
      });
      const reader = model("reader", {
        columns: { n: int64() },
        select: ({ ref }) => sql`SELECT n FROM ${ref(kept)}`,
      });
      const last = model("last", {
        columns: { n: int64() },
        select: ({ ref }) => sql`SELECT n FROM ${ref(reader)}`,
      });
      const project = defineProject([last]);
      const clock = ticking();
      expect((await runModels(engine, project, { clock })).ok).toBe(true);
      const state = await rows(engine, "SELECT * FROM kept");

      const isView = materialize.kind === "view";
      await engine.execute(isView ? "SELECT 1" : "UPDATE given SET n = 9");
      if (!isView) {
        const warned = await runModels(engine, project, {
          clock,
          select: "kept",
          fullRefresh: true,
        });
        expect(warned.models[0]!.tests.map((test) => test.status)).toEqual([
          "pass",
          "pass",
          "warn",
        ]);
        expect(warned.ok).toBe(true);
      }
      const good = isView ? state : await rows(engine, "SELECT * FROM kept");
      await engine.execute("UPDATE given SET n = 12");
      const run = await runModels(engine, project, {
        clock,
        touched:
          materialize.kind === "incremental" && materialize.by === "partition" ? { kept: [1] } : {},
      });
      expect(run.models.map((of) => [of.name, of.status])).toEqual([
        ["kept", "failed"],
        ["reader", "skipped"],
        ["last", "skipped"],
      ]);
      expect(run.models[0]!.error).toMatchObject({ code: "WAREHOUSE_MODEL_TEST" });
      expect(run.models[0]!.tests[0]).toMatchObject({ status: "fail", failures: 1 });
      expect(run.models[0]!.tests[0]!.sample[0]).toMatchObject({ n: 12n });
      expect(String(run)).toContain('it reads "kept", which did not succeed');
      if (!isView) expect(await rows(engine, "SELECT * FROM kept")).toEqual(good);
    },
  );

  it("several rows of a key are named, not chosen from", async () => {
    await using engine = duckdb(":memory:");
    const of = (statement: string): Model =>
      model("keyed", {
        columns: { id: int64(), n: int64() },
        materialize: incremental({ by: "key", key: ["id"] }),
        tests: [unique("id")],
        select: ({ since }) =>
          since === undefined ? raw("SELECT 1 AS id, 1 AS n") : raw(statement),
      });
    const clock = ticking();
    const twice = of("SELECT 1 AS id, 1 AS n UNION ALL SELECT 2, 1 UNION ALL SELECT 2, 2");
    expect((await runModels(engine, defineProject([twice]), { clock })).ok).toBe(true);
    const run = await runModels(engine, defineProject([twice]), { clock });
    expect(String(run.models[0]!.error)).toContain(
      'Model "keyed" gives several rows of the key id = 2n',
    );
    const first = model("first_twice", {
      columns: { id: int64() },
      materialize: incremental({ by: "key", key: ["id"] }),
      select: () => raw("SELECT 2 AS id UNION ALL SELECT 2"),
    });
    const refused = await runModels(engine, defineProject([first]));
    expect(refused.models[0]!.error).toMatchObject({ code: "WAREHOUSE_MODEL_MISMATCH" });
  });

  it("a table no run made is never replaced", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE m (precious INTEGER)");
    const run = await runModels(engine, defineProject([giving({ n: int64() }, "SELECT 1 AS n")]));
    expect(run.models[0]!.error).toMatchObject({ code: "WAREHOUSE_SCHEMA_MISMATCH" });
    expect(await rows(engine, "SELECT count(*) AS n FROM m")).toEqual([{ n: "0" }]);
  });

  it("options nobody reads are refused", async () => {
    await using engine = duckdb(":memory:");
    const project = defineProject([giving({ n: int64() }, "SELECT 1 AS n")]);
    const run = (options: object): Promise<unknown> => runModels(engine, project, options);
    await expect(run({ slect: "m" })).rejects.toThrow(/no option "slect"/);
    await expect(run({ concurrency: 0 })).rejects.toThrow(/concurrency is 0/);
    await expect(run({ touched: { m: [1] } })).rejects.toThrow(/touched names "m"/);
    await expect(run({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("names with quotes are names", async () => {
    await using engine = duckdb(":memory:");
    const odd = model('it"s; DROP TABLE x', {
      columns: { 'a "b"': int64(), select: int64() },
      materialize: table(),
      grain: ['a "b"'],
      select: ({ from }) => {
        const inner = from({ q: base }).select(({ q }) => ({
          'a "b"': q.$("n"),
          select: q.$("n"),
        }));
        return from({ "x y": inner })
          .where((s) => eq(s["x y"].select, 7))
          .select((s) => ({ 'a "b"': s["x y"]['a "b"'], select: s["x y"].select }));
      },
    });
    const base = giving({ n: int64() }, "SELECT 7 AS n");
    const run = await runModels(engine, defineProject([odd]), { schema: "sch'e\"ma" });
    expect(run.ok, String(run)).toBe(true);
    expect(await rows(engine, `SELECT * FROM "sch'e""ma"."it""s; DROP TABLE x"`)).toEqual([
      { 'a "b"': "7", select: "7" },
    ]);
  });
});
