import { int64, nullable, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import {
  defineProject,
  eq,
  incremental,
  model,
  planModels,
  runModels,
  table,
  view,
} from "@lakewright/warehouse/models";
import { expect, it } from "vitest";
import { dyingAt } from "./dying.ts";
import { rows, ticking } from "./support.ts";

const shop = dimension("dim_shop", {
  key: ["code"],
  columns: { code: utf8(), size: int64() },
  surrogateKey: "shop_key",
});
// The unknown member has nulls.
const columns = { code: nullable(utf8()), size: nullable(int64()) };
const sizes = model("sizes", {
  columns,
  materialize: table(),
  select: ({ from }) => from({ s: shop }).select(({ s }) => ({ code: s.code, size: s.size })),
});
const kept = model("kept_sizes", {
  columns: { code: utf8(), size: int64() },
  materialize: incremental({ by: "key", key: ["code"] }),
  select: ({ from }) =>
    from({ m: sizes })
      .where(({ m }) => eq(m.size, 3n))
      .select(({ m }) => ({ code: m.code, size: m.size })),
});
const seen = model("seen_sizes", {
  columns: { code: nullable(utf8()) },
  materialize: view(),
  select: ({ from }) => from({ m: kept }).select(({ m }) => ({ code: m.code })),
});
const project = defineProject([seen]);

const objects = `SELECT table_schema AS s, table_name AS t FROM information_schema.tables
UNION ALL SELECT schema_name, NULL FROM information_schema.schemata ORDER BY 1, 2`;

it("a plan leaves an empty database as it was, also one that asks for the last runs", async () => {
  await using engine = duckdb(":memory:");
  const before = await rows(engine, objects);
  for (const select of [undefined, "state:modified", "state:new"]) {
    for (const schema of [undefined, "marts"]) {
      const plan = await planModels(project, { engine, schema, select });
      expect(plan.models.map((of) => of.name)).toEqual(["sizes", "kept_sizes", "seen_sizes"]);
    }
  }
  expect(await rows(engine, objects)).toEqual(before);
});

it("a plan for a warehouse in a schema has the SQL its run sends, and after it nothing modified", async () => {
  await using engine = duckdb(":memory:");
  const clock = ticking();
  const opening = { schema: "stars", clock };
  const warehouse = await openWarehouse(engine, { shop }, opening);
  await warehouse.load(shop, [{ code: "a", size: 3n }], { loadId: "1" });
  const plan = await planModels(project, { engine: warehouse });
  const watched = dyingAt(engine, Infinity);
  const run = await runModels(await openWarehouse(watched, { shop }, opening), project, { clock });
  expect(run.ok, String(run)).toBe(true);
  for (const { name, sql } of plan.models) {
    const sent = watched.sent.filter((text) => text.includes(sql));
    expect(sent.length, `${name}: ${sql}`).toBeGreaterThan(0);
  }
  const modified = { engine: warehouse, select: "state:modified" };
  expect((await planModels(project, modified)).models).toEqual([]);
  const again = await runModels(warehouse, project, { clock, select: "state:modified" });
  expect(again.models).toEqual([]);
  const grown = model("sizes", {
    columns,
    materialize: view(),
    select: ({ from }) => from({ s: shop }).select(({ s }) => ({ code: s.code, size: s.size })),
  });
  const changed = defineProject([grown]);
  const planned = await planModels(changed, modified);
  const rerun = await runModels(warehouse, changed, { clock, select: "state:modified" });
  expect(planned.models.map((of) => of.name)).toEqual(["sizes"]);
  expect(rerun.models.map((of) => of.name)).toEqual(["sizes"]);
});

it("without an engine, stars are in the schema the project says", async () => {
  const plan = await planModels(defineProject([sizes], { starSchema: "stars" }));
  expect(plan.models[0]?.sql).toContain('FROM "stars"."dim_shop"');
});
