import { date, decimal, defineTable, int32, int64, nullable, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  count,
  defineProject,
  eq,
  incremental,
  model,
  type ModelsRun,
  notNull,
  runModels,
  snapshot,
  source,
  sum,
  table,
  view,
} from "@lakewright/warehouse/models";
import { sql } from "@lakewright/sql";
import { dimension, openWarehouse } from "@lakewright/warehouse";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const orders = source(
  defineTable("orders", {
    order_id: int64(),
    customer: utf8(),
    day: date(),
    amount: decimal(12, 2),
    note: nullable(utf8()),
  }),
);

const byDay = model("revenue_by_day", {
  columns: { day: date(), orders: int64(), amount: decimal(18, 2) },
  materialize: incremental({ by: "partition", column: "day" }),
  grain: ["day"],
  select: ({ from, changed }) =>
    from({ o: orders })
      .where(({ o }) => changed(o.day))
      .groupBy(({ o }) => [o.day])
      .select(({ o }) => ({ day: o.day, orders: count(), amount: sum(o.amount) })),
});
const customers = model("customers", {
  columns: { customer: utf8(), amount: decimal(18, 2) },
  materialize: incremental({ by: "key", key: ["customer"] }),
  tests: [notNull("customer")],
  select: ({ ref }) =>
    sql`SELECT customer, sum(amount) AS amount FROM ${ref(orders)} GROUP BY customer`,
});
const best = model("best", {
  columns: { customer: utf8(), amount: decimal(18, 2) },
  materialize: view(),
  select: ({ ref }) => sql`SELECT customer, amount FROM ${ref(customers)} WHERE amount >= 10`,
});
const history = model("customer_history", {
  columns: { customer: utf8(), amount: decimal(18, 2) },
  materialize: snapshot({ key: ["customer"] }),
  select: ({ ref }) => sql`SELECT customer, amount FROM ${ref(customers)}`,
});
const joined = model("order_share", {
  columns: { order_id: int64(), customer_amount: decimal(18, 2), one: int32() },
  materialize: table(),
  select: ({ from }) =>
    from({ o: orders })
      .join({ c: customers }, ({ o, c }) => eq(o.customer, c.customer))
      .select(({ o, c }) => ({
        order_id: o.order_id,
        customer_amount: c.amount,
        one: o.$("order_id"),
      })),
});
const project = defineProject([best, history, joined, byDay]);

async function filled(): Promise<SqlEngine> {
  const engine = duckdb(":memory:");
  await engine.execute(`CREATE TABLE orders (order_id BIGINT NOT NULL, customer VARCHAR NOT NULL, day DATE NOT NULL, amount DECIMAL(12, 2) NOT NULL, note VARCHAR);
INSERT INTO orders VALUES (1, 'a', '2026-01-01', 10, NULL), (2, 'b', '2026-01-01', 5.5, NULL), (3, 'a', '2026-01-02', 1.25, 'x')`);
  return engine;
}

describe("a run on DuckDB", () => {
  it("computes every kind of model, and changes what has changed only", async () => {
    await using engine = await filled();
    const clock = ticking();
    const first = await runModels(engine, project, { clock });
    const told = (run: ModelsRun): unknown[] =>
      run.models.map(({ name, status, rows, written }) => [name, status, rows, written]);
    expect(first.ok, String(first)).toBe(true);
    expect(told(first)).toEqual([
      ["customers", "success", 2, 2],
      ["best", "success", undefined, undefined],
      ["customer_history", "success", 2, 2],
      ["order_share", "success", 3, 3],
      ["revenue_by_day", "success", 2, 2],
    ]);
    expect(await rows(engine, "SELECT * FROM best")).toEqual([{ customer: "a", amount: "11.25" }]);
    expect(await rows(engine, "SELECT * FROM revenue_by_day ORDER BY day")).toEqual([
      { day: "2026-01-01", orders: "2", amount: "15.50" },
      { day: "2026-01-02", orders: "1", amount: "1.25" },
    ]);

    await engine.execute(`UPDATE orders SET amount = 6 WHERE order_id = 2;
DELETE FROM orders WHERE order_id = 3; INSERT INTO orders VALUES (4, 'c', '2026-01-03', 1, NULL)`);
    const touched = { revenue_by_day: ["2026-01-02", "2026-01-03"] };
    const second = await runModels(engine, project, { clock, touched });
    expect(second.ok, String(second)).toBe(true);
    expect(told(second)).toEqual([
      ["customers", "success", 3, 3],
      ["best", "success", undefined, undefined],
      ["customer_history", "success", 5, 3],
      ["order_share", "success", 3, 3],
      ["revenue_by_day", "success", 2, 1],
    ]);
    // The first of January changed as well, but nobody said so: only what is touched is written.
    expect(await rows(engine, "SELECT * FROM revenue_by_day ORDER BY day")).toEqual([
      { day: "2026-01-01", orders: "2", amount: "15.50" },
      { day: "2026-01-03", orders: "1", amount: "1.00" },
    ]);
    expect(
      await rows(
        engine,
        "SELECT customer, amount, valid_to IS NULL AS open FROM customer_history ORDER BY 1, valid_from",
      ),
    ).toEqual([
      { customer: "a", amount: "11.25", open: "false" },
      { customer: "a", amount: "10.00", open: "true" },
      { customer: "b", amount: "5.50", open: "false" },
      { customer: "b", amount: "6.00", open: "true" },
      { customer: "c", amount: "1.00", open: "true" },
    ]);

    const third = await runModels(engine, project, { clock, touched });
    expect(told(third)).toEqual([
      ["customers", "success", 3, 0],
      ["best", "success", undefined, undefined],
      ["customer_history", "success", 5, 0],
      ["order_share", "success", 3, 3],
      ["revenue_by_day", "success", 2, 1],
    ]);
  });
});

it("finds the stars of the warehouse it runs on, whatever schema they are in", async () => {
  const shops = dimension("dim_shops", { key: ["shop"], columns: { shop: utf8() } });
  const warehouse = await openWarehouse(duckdb(":memory:"), { shops }, { schema: "mart" });
  await warehouse.load(shops, [{ shop: "a" }]);
  const counted = model("shops", {
    columns: { shops: int64() },
    select: ({ ref }) => sql`SELECT count(*) AS shops FROM ${ref(shops)} WHERE shop IS NOT NULL`,
  });
  const run = await runModels(warehouse, defineProject([counted]));
  expect(String(run.models[0]?.error ?? "none")).toBe("none");
  expect(await warehouse.engine.query("SELECT shops FROM shops").row()).toEqual({ shops: 1n });
  await warehouse.close();
});
