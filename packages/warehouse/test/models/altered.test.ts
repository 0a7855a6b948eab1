import { decimal, defineTable, utf8 } from "@lakewright/core";
import { type Sql, sql, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  defineProject,
  incremental,
  model,
  planModels,
  type Project,
  runModels,
  type SelectContext,
  source,
} from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const orders = source(defineTable("orders", { customer: utf8(), amount: decimal(12, 2) }));

type Select = (context: SelectContext) => Sql;
const plain: Select = ({ ref }) => sql`SELECT customer, amount FROM ${ref(orders)}`;
const star: Select = ({ ref }) => sql`SELECT * FROM ${ref(orders)}`;

const byKey = incremental({ by: "key", key: ["customer"] });
const byPartition = incremental({ by: "partition", column: "customer" });
const columns = { customer: utf8(), amount: decimal(18, 2) };
const projectOf = (select: Select, materialize: typeof byKey = byKey): Project =>
  defineProject([model("m", { columns, materialize, select })]);

async function filled(): Promise<SqlEngine> {
  const engine = duckdb(":memory:");
  await engine.execute(`CREATE TABLE orders (customer VARCHAR NOT NULL, amount DECIMAL(12, 2) NOT NULL);
INSERT INTO orders VALUES ('a', 10), ('b', 5.5)`);
  return engine;
}

describe("a source altered by hand, declared as it was", () => {
  it.each<readonly [string, Select, string, RegExp]>([
    [
      "a decimal that is a double",
      plain,
      "ALTER TABLE orders ALTER amount TYPE DOUBLE; INSERT INTO orders VALUES ('c', 1.005)",
      /"amount" is double, declared as decimal\(18, 2\)/,
    ],
    [
      "a decimal that is a text",
      plain,
      "ALTER TABLE orders ALTER amount TYPE VARCHAR; INSERT INTO orders VALUES ('c', '7.129')",
      /"amount" is varchar/,
    ],
    [
      "a decimal that is a bool",
      plain,
      "ALTER TABLE orders ALTER amount TYPE BOOLEAN",
      /"amount" is boolean/,
    ],
    [
      "a key that is a number",
      plain,
      "ALTER TABLE orders DROP customer; ALTER TABLE orders ADD COLUMN customer BIGINT DEFAULT 7",
      /"customer" is bigint/,
    ],
    [
      "a column more",
      star,
      "ALTER TABLE orders ADD COLUMN extra INTEGER",
      /"extra" is none of the declared columns/,
    ],
  ])("%s is found by every run", async (_, select, alter, message) => {
    for (const materialize of [byKey, byPartition]) {
      await using engine = await filled();
      const clock = ticking();
      const touched = materialize === byKey ? {} : { m: ["a", "c"] };
      const project = projectOf(select, materialize);
      await runModels(engine, project, { clock });
      await engine.execute(alter);
      for (const again of [{ touched }, { touched }, { fullRefresh: true }]) {
        const run = await runModels(engine, project, { clock, ...again });
        expect(run.models[0]?.error).toMatchObject({ code: "WAREHOUSE_MODEL_MISMATCH" });
        expect(String(run.models[0]?.error)).toMatch(message);
      }
      expect(await rows(engine, "SELECT * FROM m ORDER BY customer")).toEqual([
        { customer: "a", amount: "10.00" },
        { customer: "b", amount: "5.50" },
      ]);
    }
  });
});

describe("two codes of one model", () => {
  const other: Select = ({ ref }) =>
    sql`SELECT 'only_b' || customer AS customer, amount FROM ${ref(orders)}`;
  const [a, b] = [projectOf(plain), projectOf(other)];
  const customers = async (engine: SqlEngine): Promise<string> => {
    const found = await rows(engine, "SELECT customer FROM m ORDER BY customer");
    return found.map((row) => row["customer"]).join(" ");
  };

  it("leave the rows of the later one where two runs meet", async () => {
    await using engine = await filled();
    const clock = ticking();
    await runModels(engine, a, { clock });
    const both = await Promise.all([
      runModels(engine, b, { clock, runId: "b" }),
      runModels(engine, a, { clock, runId: "a" }),
    ]);
    expect(both.every((run) => run.ok)).toBe(true);
    const order = await rows(engine, "SELECT run_id FROM _wh_models ORDER BY success_number DESC");
    expect(order).toHaveLength(3);
    expect(await customers(engine)).toBe(order[0]!["run_id"] === "a" ? "a b" : "only_ba only_bb");
    await runModels(engine, a, { clock });
    expect(await customers(engine)).toBe("a b");
    await runModels(engine, b, { clock });
    expect(await customers(engine)).toBe("only_ba only_bb");
  });

  it("follow each other in the order they were written, whatever the clock says", async () => {
    await using engine = await filled();
    for (const [project, time, expected] of [
      [a, "2026-01-02T00:00:00Z", "a b"],
      [b, "2026-01-01T23:59:00Z", "only_ba only_bb"],
      [a, "2026-01-02T00:01:00Z", "a b"],
      [b, "2026-01-02T00:01:00Z", "only_ba only_bb"],
      [a, "2026-01-02T00:01:00Z", "a b"],
    ] as const) {
      const run = await runModels(engine, project, { clock: { now: () => new Date(time) } });
      expect(run.ok, String(run)).toBe(true);
      expect(await customers(engine)).toBe(expected);
    }
    // A failure is no success to go on from, and takes no number.
    await engine.execute("ALTER TABLE orders ALTER amount TYPE DOUBLE");
    expect((await runModels(engine, b)).ok).toBe(false);
    expect(
      await rows(engine, "SELECT success_number AS n FROM _wh_models ORDER BY n NULLS LAST"),
    ).toEqual([{ n: "1" }, { n: "2" }, { n: "3" }, { n: "4" }, { n: "5" }, { n: null }]);
  });
});

describe("a view that is changed", () => {
  const times = (factor: number): Project => {
    const inner = model("v", {
      columns,
      select: ({ ref }) =>
        sql`SELECT customer, CAST(amount * ${factor} AS DECIMAL(18, 2)) AS amount FROM ${ref(orders)}`,
    });
    const outer = model("w", {
      columns,
      select: ({ ref }) => sql`SELECT customer, amount FROM ${ref(inner)}`,
    });
    const large: Select = ({ ref }) => sql`SELECT * FROM ${ref(outer)} WHERE amount > 100`;
    return defineProject([model("m", { columns, materialize: byKey, select: large })]);
  };
  const state = async (project: Project, engine: SqlEngine): Promise<string> => {
    const plan = await planModels(project, { select: "state:modified", engine });
    return plan.models.map(({ name }) => name).join(" ");
  };

  it("changes the models computed through it, which are computed anew", async () => {
    await using engine = await filled();
    const clock = ticking();
    await runModels(engine, times(100), { clock });
    expect(await rows(engine, "SELECT * FROM m ORDER BY customer")).toEqual([
      { customer: "a", amount: "1000.00" },
      { customer: "b", amount: "550.00" },
    ]);
    expect(await state(times(100), engine)).toBe("");
    expect(await state(times(11), engine)).toBe("v w m");
    // The views alone: what is kept of them is still of the code before.
    await runModels(engine, times(11), { clock, select: "v w" });
    expect(await state(times(11), engine)).toBe("m");
    const run = await runModels(engine, times(11), { clock });
    expect(run.ok, String(run)).toBe(true);
    expect(await rows(engine, "SELECT * FROM m")).toEqual([{ customer: "a", amount: "110.00" }]);
    expect(await state(times(11), engine)).toBe("");
    expect((await runModels(engine, times(11), { clock })).models.at(-1)?.written).toBe(0);
  });
});
