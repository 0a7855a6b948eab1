import { date, decimal, nullable, timestamp, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: { user_id: utf8(), country: utf8() },
});
const shops = dimension("dim_shops", {
  key: ["chain", "shop"],
  surrogateKey: "shop_key",
  columns: { chain: utf8(), shop: utf8(), city: nullable(utf8()) },
});
const days = calendar("dim_date");
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { buyer: users, shop: shops, day: { dimension: days, key: { date: "sold_at" } } },
  attributes: { sold_at: timestamp("us") },
  measures: { amount: decimal(14, 2) },
  eventTime: "sold_at",
});
const visits = fact("fact_visits", {
  grain: ["user", "day"],
  dimensions: { user: users, day: { dimension: days, key: { date: "visited_on" } } },
  attributes: { visited_on: date(), user_id: nullable(utf8()) },
  measures: {},
});

let engine: SqlEngine;
let warehouse: Warehouse;
beforeEach(async () => {
  engine = duckdb(":memory:");
  warehouse = await openWarehouse(engine, { users, shops, sales, visits });
  await warehouse.load(users, [{ user_id: "u1", country: "FR" }], { at: "2026-01-10" });
  await warehouse.load(users, [{ user_id: "u1", country: "BE" }], { at: "2026-02-10" });
});
afterEach(() => engine.close());

const sale = {
  sale: "s1",
  user_id: "u1",
  chain: "c",
  shop: "1",
  sold_at: "2026-01-20T23:59:59.999999Z",
  amount: "1.00",
};
const countries = async (): Promise<string> =>
  (
    await engine
      .query(
        "SELECT sale || ' ' || coalesce(country, '?') AS line FROM fact_sales JOIN dim_users ON user_key = buyer_key ORDER BY 1",
      )
      .rows()
  )
    .map((row) => String(row["line"]))
    .join(", ");

describe("a fact", () => {
  it("refers to the version of its moment, the first one where it is older than all", async () => {
    const at = (name: string, sold_at: string) => ({ ...sale, sale: name, sold_at });
    await warehouse.load(sales, [
      at("before", "2025-12-31T00:00:00Z"),
      at("first", "2026-01-10T00:00:00Z"),
      at("last of first", "2026-02-09T23:59:59.999999Z"),
      at("second", "2026-02-10T00:00:00Z"),
    ]);
    expect(await countries()).toBe("before FR, first FR, last of first FR, second BE");
  });

  it("still finds a member that had ended", async () => {
    await warehouse.load(users, [], { at: "2026-03-01", deletes: "close", maxClosedShare: 1 });
    await warehouse.load(sales, [{ ...sale, sold_at: "2026-03-05T00:00:00Z" }]);
    expect(await countries()).toBe("s1 BE");
  });

  it("adds the days it names, a timestamp's in UTC", async () => {
    await warehouse.load(sales, [{ ...sale, sold_at: "2026-01-21T00:30:00+01:00" }]);
    const rows = await engine.query("SELECT date FROM dim_date WHERE date IS NOT NULL").rows();
    expect(rows).toEqual([{ date: "2026-01-20" }]);
    expect((await engine.query("SELECT day_key FROM fact_sales").row())["day_key"]).toBe(20260120n);
  });

  it("is updated by its grain, and only where it differs", async () => {
    await warehouse.load(sales, [sale, { ...sale, sale: "s2" }]);
    const again = await warehouse.load(sales, [
      sale,
      { ...sale, sale: "s2", amount: "2" },
      { ...sale, sale: "s3" },
    ]);
    expect(again).toMatchObject({ read: 3, inserted: 1, updated: 1, unchanged: 1 });
  });

  it("is put aside in an append where its grain is there", async () => {
    await warehouse.load(sales, [sale]);
    const again = await warehouse.load(sales, [sale, { ...sale, sale: "s2" }], { mode: "append" });
    expect(again).toMatchObject({ inserted: 1, rejected: 1, unchanged: 0 });
    const [reject] = await engine.query("SELECT reason, row_json FROM _wh_rejects").rows();
    expect(reject).toMatchObject({ reason: "already_there" });
    expect(JSON.parse(String(reject!["row_json"]))).toMatchObject({ sale: "s1", user_id: "u1" });
  });

  it("keeps its version when it is loaded again later and nothing says when it happened", async () => {
    const spends = fact("fact_spend", {
      grain: ["id"],
      dimensions: { user: users },
      measures: { amount: decimal(10, 2) },
    });
    await using other = await openWarehouse(duckdb(":memory:"), { users, spends });
    const rows = [{ id: "x", user_id: "u1", amount: "1" }];
    await other.load(users, [{ user_id: "u1", country: "FR" }], { at: "2026-01-10" });
    await other.load(spends, rows);
    await other.load(users, [{ user_id: "u1", country: "BE" }], { at: "2026-02-10" });
    expect(await other.load(spends, rows)).toMatchObject({ updated: 0, unchanged: 1 });
    const changed = await other.load(spends, [{ ...rows[0]!, amount: "2" }]);
    expect(changed).toMatchObject({ updated: 1 });
    const { country } = await other.engine
      .query("SELECT country FROM fact_spend JOIN dim_users USING (user_key)")
      .row();
    expect(country).toBe("FR");
  });

  it("has a role in its grain as the key of the member", async () => {
    const visit = { user_id: "u1", visited_on: "2026-03-01" };
    const summary = await warehouse.load(visits, [visit, visit]);
    expect(summary).toMatchObject({ read: 2, inserted: 1, unchanged: 1 });
    expect(await warehouse.load(visits, [visit])).toMatchObject({ inserted: 0, unchanged: 1 });
  });

  it("refers to the unknown member where its natural key is null", async () => {
    await warehouse.load(visits, [{ user_id: null, visited_on: "2026-03-01" }]);
    const row = await engine.query("SELECT user_key, day_key FROM fact_visits").row();
    expect(row).toEqual({ user_key: -1n, day_key: 20260301n });
  });
});

describe("a natural key no member has", () => {
  const rows = [{ ...sale, user_id: "u9", chain: "new" }];
  const count = async (table: string): Promise<bigint> =>
    (await engine.query(`SELECT count(*) AS n FROM ${table}`).row())["n"] as bigint;

  it("is inferred, and completed in place when its row comes", async () => {
    await warehouse.load(sales, rows);
    const inferred = await engine
      .query("SELECT user_key, country, is_inferred FROM dim_users WHERE user_id = 'u9'")
      .row();
    expect(inferred).toMatchObject({ country: null, is_inferred: true });
    const summary = await warehouse.load(users, [{ user_id: "u9", country: "DE" }], {
      at: "2026-03-01",
    });
    expect(summary).toMatchObject({ inserted: 0, updated: 1 });
    const completed = await engine.query("SELECT * FROM dim_users WHERE user_id = 'u9'").row();
    expect(completed).toMatchObject({
      user_key: inferred["user_key"],
      country: "DE",
      is_inferred: false,
      valid_from: 0n,
    });
    await warehouse.load(shops, [{ chain: "new", shop: "1", city: "Lyon" }]);
    expect(await count("dim_shops")).toBe(3n);
    expect(await countries()).toBe("s1 DE");
  });

  it("does not end with a whole extract that does not have it yet", async () => {
    await warehouse.load(sales, rows);
    const whole = [{ user_id: "u1", country: "BE" }];
    const summary = await warehouse.load(users, whole, { at: "2026-03-01", deletes: "close" });
    expect(summary).toMatchObject({ closed: 0, unchanged: 1 });
  });

  it("is the unknown member where asked for", async () => {
    await warehouse.load(sales, rows, { unknownMembers: "unknown" });
    const row = await engine.query("SELECT buyer_key, shop_key FROM fact_sales").row();
    expect(row).toEqual({ buyer_key: -1n, shop_key: -1n });
  });

  it("is put aside where asked for, with the row as it came", async () => {
    const known = { ...sale, sale: "s2" };
    await warehouse.load(shops, [{ chain: "c", shop: "1" }]);
    const summary = await warehouse.load(sales, [...rows, known], { unknownMembers: "reject" });
    expect(summary).toMatchObject({ inserted: 1, rejected: 1 });
    const [reject] = await engine.query("SELECT reason, row_json FROM _wh_rejects").rows();
    expect(reject).toMatchObject({ reason: "unknown_member" });
    expect(String(reject!["row_json"])).toContain('"u9"');
    expect(await count("dim_shops")).toBe(3n);
  });
});
