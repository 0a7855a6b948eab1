import { date, int32, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { planRetention } from "@lakewright/warehouse/audit";
import { count, memoryCache, metrics, openQueries } from "@lakewright/warehouse/query";
import { describe, expect, it } from "vitest";
import { saleRows, sales, userRows, users } from "./star.ts";

const clock = { now: () => new Date("2026-11-21T00:00:00Z") };
const tables = { users, sales };

describe("retention", () => {
  it("takes old facts, then ended versions that nothing refers to any more", async () => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), tables, { clock });
    const { engine } = warehouse;
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(users, [{ user_id: "u1", email: "new@example.org", country: "FR" }], {
      at: "2025-01-01",
    });
    await warehouse.load(users, [{ user_id: "u1", email: "newer@example.org", country: "FR" }], {
      at: "2026-05-01",
    });
    await warehouse.load(sales, saleRows);
    const plan = await planRetention(
      warehouse,
      tables,
      [
        { table: users, days: 30 },
        { table: sales, days: 365 },
        { table: "rejects", days: 90 },
      ],
      { clock },
    );
    expect(plan.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ["fact_sales", 1],
      ["_wh_rejects", 0],
      // The version of 2023 is what the fact that goes refers to; the one of 2025 nothing ever referred to.
      ["dim_users", 2],
    ]);
    expect(String(plan)).toContain("1 rows from before 2025-11-21");
    const done = await plan.run();
    expect(done.tables.map(({ rows }) => rows)).toEqual([1, 0, 2]);
    expect((await plan.run()).tables.map(({ rows }) => rows)).toEqual([0, 0, 0]);
    const left = await engine
      .query("SELECT user_id, email FROM dim_users WHERE user_key > 0 ORDER BY 1, 2")
      .rows();
    expect(left.map((row) => row["email"])).toEqual(["newer@example.org", "bob", null]);
  });

  it("keeps a version a fact that stays refers to", async () => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), tables, { clock });
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(sales, saleRows);
    await warehouse.load(users, [{ user_id: "u1", email: null, country: "BE" }], {
      at: "2026-10-01",
    });
    const plan = await planRetention(warehouse, tables, [{ table: users, days: 1 }], { clock });
    expect(plan.tables).toMatchObject([{ table: "dim_users", rows: 0 }]);
  });

  it("is in the ledger, so that no cache answers from before, after a restart either", async () => {
    await using engine = duckdb(":memory:");
    const warehouse = await openWarehouse(engine, tables, { clock });
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(users, [{ user_id: "u1", email: null, country: "FR" }], {
      at: "2025-01-01",
    });
    await warehouse.load(sales, saleRows);
    const cache = memoryCache();
    const orders = metrics(sales, { measures: { orders: count() } });
    const ask = async (): Promise<unknown> => {
      // As another process would, with the cache they share.
      const answer = await openQueries(warehouse, { cache }).run(orders, { measures: ["orders"] });
      return [answer.rows()[0]!["orders"], answer.cached];
    };
    expect([await ask(), await ask()]).toEqual([
      [3n, false],
      [3n, true],
    ]);
    const rules = [
      { table: sales, days: 365 },
      { table: users, days: 30 },
      { table: "rejects", days: 30 },
    ] as const;
    const plan = await planRetention(warehouse, tables, rules, { clock });
    const counts = (await plan.run()).tables.map(({ table, rows }) => [table, rows]);
    expect(counts).toEqual([
      ["fact_sales", 1],
      ["_wh_rejects", 0],
      ["dim_users", 1],
    ]);
    expect(await ask()).toEqual([2n, false]);
    await plan.run();
    expect(await ask()).toEqual([2n, true]);
    const entries = await engine
      .query(
        "SELECT table_name, closed_rows FROM _wh_loads WHERE load_mode = 'retention' ORDER BY 1",
      )
      .rows();
    expect(entries.map((row) => Object.values(row))).toEqual([
      ["dim_users", 1n],
      ["fact_sales", 1n],
    ]);
    // It names no load that anybody could load anew, and stands in the way of none.
    expect((await warehouse.rewind(users, "2025-01-01", { facts: "repoint" })).loads).toHaveLength(
      1,
    );
    await warehouse.load(users, userRows, { at: "2025-06-01" });
  });

  it("counts the rows of snapshots again, and forgets those that have none left", async () => {
    const shops = dimension("dim_shops", { key: ["shop"], columns: { shop: utf8() } });
    const stock = fact("fact_stock", {
      grain: ["shop"],
      dimensions: { shop: shops },
      attributes: { seen_on: date() },
      measures: { pieces: int32() },
      snapshot: { date: "day", version: "version" },
    });
    await using warehouse = await openWarehouse(duckdb(":memory:"), { stock }, { clock });
    const load = (date: string, seen: readonly string[]) =>
      warehouse.load(
        stock,
        seen.map((seen_on, k) => ({ shop: `s${k}`, seen_on, pieces: 1 })),
        { snapshot: { date, version: 1 } },
      );
    await load("2026-11-01", ["2024-01-01", "2024-01-02"]);
    await load("2026-11-02", ["2024-01-01", "2026-11-02"]);
    await load("2026-11-03", []);
    const rules = [{ table: stock, days: 365, by: "seen_on" }];
    await (await planRetention(warehouse, { stock }, rules, { clock })).run();
    const registered = async (): Promise<unknown> =>
      (
        await warehouse.engine
          .query("SELECT snapshot_date, row_count FROM _wh_snapshots ORDER BY 1")
          .rows()
      ).map((row) => Object.values(row));
    expect(await registered()).toEqual([
      ["2026-11-02", 1n],
      ["2026-11-03", 0n],
    ]);
    await warehouse.delete(shops, [{ shop: "s1" }]);
    expect(await registered()).toEqual([["2026-11-03", 0n]]);
  });

  it("is in the ledger of a table that was never loaded, and in the way of no load", async () => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), tables, { clock });
    const { engine } = warehouse;
    await engine.execute(
      "INSERT INTO dim_users (user_key, user_id, valid_from, valid_to, is_current, is_inferred, is_deleted) VALUES (7, 'u7', '2001-01-01', '2002-01-01', false, false, false)",
    );
    const plan = await planRetention(warehouse, tables, [{ table: users, days: 30 }], { clock });
    expect((await plan.run()).tables).toEqual([{ table: "dim_users", rows: 1 }]);
    const entries = await engine.query("SELECT load_mode, closed_rows FROM _wh_loads").rows();
    expect(entries).toEqual([{ load_mode: "retention", closed_rows: 1n }]);
    await warehouse.load(users, userRows, { at: "2001-01-01" });
  });

  it.each([
    [[{ table: sales, days: 0 }], /keeps rows 0 days/],
    [[{ table: sales, days: 9, by: "country" }], /no date or timestamp/],
    [[{ table: users, days: 9, by: "valid_from" }], /go by valid_to/],
    [[{ table: "rejects" as const, days: 9, by: "rejected_at" }], /go by when they were put aside/],
    [[{ table: sales, days: 9, column: "sold_on" }], /no option "column"/],
    [["rejects" as never], /no object/],
  ])("refuses a rule that cannot tell how old rows are (%#)", async (rules, message) => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), tables, { clock });
    await expect(planRetention(warehouse, tables, rules, { clock })).rejects.toThrow(message);
  });
});
