import { decimal, utf8 } from "@lakewright/core";
import { id, type Sql, sql, type SqlEngine } from "@lakewright/sql";
import {
  bridge,
  dimension,
  evenWeights,
  fact,
  openWarehouse,
  timeOfDay,
  type Warehouse,
} from "@lakewright/warehouse";
import { beforeEach, describe, expect, it } from "vitest";
import { days, flags, orders, places, products, sales, users } from "../schema/stars.ts";

/** What loads of each kind of table do, on every engine. */
export function kindCases(engineOf: () => SqlEngine | undefined): void {
  let engine: SqlEngine;
  let schema = "";
  beforeEach((context) => {
    const given = engineOf();
    if (given === undefined) return context.skip();
    engine = given;
    schema = `k_${crypto.randomUUID().slice(0, 8)}`;
  });
  const table = (name: string): Sql => id(schema, name);
  const rows = (statement: Sql): Promise<Record<string, unknown>[]> =>
    engine.query(statement).rows();
  const one = async (statement: Sql): Promise<unknown> =>
    Object.values(await engine.query(statement).row())[0];

  describe("a junk dimension", () => {
    const row = {
      tenant: "t",
      user_id: "u",
      sku: "s",
      amount: "1.00",
      sold_at: "2026-01-02T10:00:00Z",
    };
    const load = (warehouse: Warehouse, combinations: readonly string[], loadId: string) =>
      warehouse.load(
        sales,
        combinations.map((combination, k) => ({
          ...row,
          sale_id: `${loadId}${k}`,
          paid: combination[0]!,
          gift: combination[1]!,
        })),
        { loadId, unknownMembers: "unknown" },
      );

    it("has every combination facts came with, once, whatever is done with unknown members", async () => {
      const warehouse = await openWarehouse(engine, { sales }, { schema });
      await load(warehouse, ["yn", "yy", "yn", "nn"], "a");
      await load(warehouse, ["yn", "Yn"], "b");
      const found = await rows(
        sql`SELECT paid, gift, is_inferred, count(*) AS n FROM ${table("fact_sales")} f
JOIN ${table("dim_flags")} d ON d.flags_key = f.flags_key GROUP BY paid, gift, is_inferred ORDER BY n DESC, paid, gift`,
      );
      const shown = found.map((f) => `${String(f["paid"])}${String(f["gift"])} ${String(f["n"])}`);
      expect(shown[0]).toBe("yn 3");
      expect(new Set(shown)).toEqual(new Set(["yn 3", "yy 1", "nn 1", "Yn 1"]));
      expect(found.every((f) => f["is_inferred"] === false)).toBe(true);
      expect(Number(await one(sql`SELECT count(*) FROM ${table("dim_flags")}`))).toBe(6);
    });

    it("takes no loads, as a calendar and a clock take none", async () => {
      const warehouse = await openWarehouse(engine, { sales }, { schema });
      const invalid = { code: "WAREHOUSE_INVALID_OPTION" };
      const clock = sales.roles.find((role) => role.name === "time")!.dimension;
      await expect(warehouse.load(flags, [{ paid: "y", gift: "n" }])).rejects.toMatchObject(
        invalid,
      );
      await expect(warehouse.load(days, [])).rejects.toMatchObject(invalid);
      await expect(warehouse.load(clock, [])).rejects.toMatchObject(invalid);
    });
  });

  it("a clock is found by a timestamp in UTC and by text, midnight and the last second included", async () => {
    const minutes = timeOfDay("dim_minute", { key: "hhmmss" });
    const seconds = timeOfDay("dim_second", { grain: "second" });
    const calls = fact("fact_calls", {
      grain: ["call"],
      dimensions: {
        minute: { dimension: minutes, key: { time: "at" } },
        second: { dimension: seconds, key: { time: "at" }, absent: "notApplicable" },
      },
      attributes: {},
    });
    const warehouse = await openWarehouse(engine, { calls }, { schema });
    const data = ["00:00:00", "13:45:30", "23:59:59", "25:00:00"];
    await warehouse.load(
      calls,
      data.map((at) => ({ call: at, at })),
    );
    const keys = await rows(
      sql`SELECT ${id("call")} AS c, minute_key AS m, second_key AS s FROM ${table("fact_calls")} ORDER BY 1`,
    );
    expect(keys).toEqual([
      { c: "00:00:00", m: 0n, s: 0n },
      { c: "13:45:30", m: 134_500n, s: 49_530n },
      { c: "23:59:59", m: 235_900n, s: 86_399n },
      { c: "25:00:00", m: -1n, s: -1n },
    ]);
    const stamped = await openWarehouse(engine, { sales }, { schema });
    const row = { tenant: "t", user_id: "u", sku: "s", paid: "y", gift: "n", amount: "1.00" };
    await stamped.load(sales, [
      { ...row, sale_id: "1", sold_at: "2026-01-02T00:00:59.999999Z" },
      { ...row, sale_id: "2", sold_at: "2026-01-03T00:59:00+01:00" },
    ]);
    expect(
      await rows(sql`SELECT sold_key, time_key FROM ${table("fact_sales")} ORDER BY sale_id`),
    ).toEqual([
      { sold_key: 20260102n, time_key: 0n },
      { sold_key: 20260102n, time_key: 1439n },
    ]);
  });

  it("an accumulating snapshot is filled in as milestones are reached, and never emptied", async () => {
    const warehouse = await openWarehouse(engine, { orders }, { schema });
    const read = () =>
      rows(
        sql`SELECT ordered_key AS o, shipped_key AS s, paid_key AS p, amount AS a, days_to_ship AS ship, days_to_pay AS pay FROM ${table("fact_orders")} ORDER BY order_id`,
      );
    const order = { order_id: "1", sku: "a" };
    await warehouse.load(orders, [{ ...order, ordered_on: "2025-12-30", amount: 5n }]);
    expect(await read()).toEqual([{ o: 20251230n, s: -1n, p: -1n, a: 5n, ship: null, pay: null }]);
    await warehouse.load(orders, [{ ...order, shipped_on: "2026-01-02", amount: 6n }]);
    await warehouse.load(orders, [
      { ...order, shipped_on: null, paid_on: "2025-12-29", amount: 6n },
      { order_id: "2", sku: "b", ordered_on: "2026-03-28", paid_on: "2026-03-30", amount: 1n },
    ]);
    expect(await read()).toEqual([
      { o: 20251230n, s: 20260102n, p: 20251229n, a: 6n, ship: 3, pay: -1 },
      { o: 20260328n, s: -1n, p: 20260330n, a: 1n, ship: null, pay: 2 },
    ]);
    // A milestone may be set again; what is counted from it follows.
    await warehouse.load(orders, [{ ...order, shipped_on: "2026-01-05", amount: 6n }]);
    expect((await read())[0]).toMatchObject({ s: 20260105n, ship: 6 });
  });

  it("members refer to outriggers, which are inferred and followed when they change", async () => {
    const warehouse = await openWarehouse(engine, { users }, { schema });
    const user = { tenant: "t", user_id: "u", country: "FR" };
    await warehouse.load(users, [{ ...user, home_zip: "69001" }], { at: "2026-01-01" });
    await warehouse.load(users, [{ ...user, home_zip: "13001" }], { at: "2026-02-01" });
    await warehouse.load(users, [{ ...user, user_id: "v" }], { at: "2026-02-02" });
    await warehouse.load(places, [{ zip: "69001", city: "Lyon" }]);
    const homes = await rows(
      sql`SELECT u.user_id, p.zip, p.city, p.is_inferred, u.home_key FROM ${table("dim_users")} u
JOIN ${table("dim_places")} p ON p.places_key = u.home_key WHERE u.user_id IS NOT NULL ORDER BY u.user_key`,
    );
    expect(homes).toMatchObject([
      { user_id: "u", zip: "69001", city: "Lyon", is_inferred: false },
      { user_id: "u", zip: "13001", city: null, is_inferred: true },
      { user_id: "v", zip: null, city: null, is_inferred: false, home_key: -2n },
    ]);
    expect(await warehouse.checkIntegrity()).toEqual([]);
  });

  it("a natural key that may be absent refers to unknown or not applicable; one nobody has, to unknown", async () => {
    const uses = fact("fact_uses", {
      grain: ["use"],
      dimensions: {
        first: { dimension: products, key: { sku: "first_sku" }, absent: "notApplicable" },
        second: { dimension: products, key: { sku: "second_sku" }, absent: "unknown" },
      },
    });
    const warehouse = await openWarehouse(engine, { uses }, { schema });
    await warehouse.load(uses, [{ use: "1" }, { use: "2", first_sku: "x", second_sku: "y" }], {
      unknownMembers: "unknown",
    });
    expect(
      await rows(sql`SELECT first_key AS a, second_key AS b FROM ${table("fact_uses")} ORDER BY 1`),
    ).toEqual([
      { a: -2n, b: -1n },
      { a: -1n, b: -1n },
    ]);
  });

  it("a member that is deleted takes its facts along, or leaves them to nobody, as each of them says", async () => {
    const warehouse = await openWarehouse(engine, { sales, orders, users }, { schema });
    const sale = { tenant: "t", user_id: "u", paid: "y", gift: "n", amount: "1.00" };
    await warehouse.load(users, [{ tenant: "t", user_id: "u", home_zip: "69001" }]);
    await warehouse.load(sales, [
      { ...sale, sale_id: "1", sku: "a", sold_at: "2026-01-02T10:00:00Z" },
      { ...sale, sale_id: "2", sku: "b", sold_at: "2026-01-02T10:00:00Z" },
    ]);
    await warehouse.load(orders, [
      { order_id: "1", sku: "a", amount: 1n, ordered_on: "2026-01-02" },
      { order_id: "2", sku: "b", amount: 1n, ordered_on: "2026-01-02" },
    ]);
    expect(await warehouse.delete(products, [{ sku: "a" }])).toMatchObject({ versions: 1 });
    expect(Number(await one(sql`SELECT count(*) FROM ${table("fact_sales")}`))).toBe(1);
    const kept = await rows(
      sql`SELECT order_id FROM ${table("fact_orders")} WHERE product_key = -1`,
    );
    expect(kept).toEqual([{ order_id: "1" }]);
    await warehouse.delete(places, [{ zip: "69001" }]);
    const home = sql`SELECT home_key FROM ${table("dim_users")} WHERE user_id = 'u'`;
    expect([-1n, -2n]).toContain(await one(home));
    expect(await warehouse.checkIntegrity()).toEqual([]);
  });

  describe("a bridge", () => {
    const owner = dimension("dim_owner", { key: ["owner"], columns: { owner: utf8() } });
    const account = dimension("dim_account", { key: ["account"], columns: { account: utf8() } });
    const owners = bridge("bridge_owners", { between: { account, owner } });
    const balances = fact("fact_balances", {
      grain: ["account"],
      dimensions: { account },
      measures: { amount: decimal(12, 2) },
    });
    const memberships = (name: string, ...list: readonly string[]) => {
      const weights = evenWeights(list.length);
      return list.map((member, k) => ({ account: name, owner: member, weight: weights[k]! }));
    };
    const read = async (): Promise<string[]> =>
      (
        await rows(
          sql`SELECT a.account, o.owner, b.weight FROM ${table("bridge_owners")} b JOIN ${table("dim_account")} a ON a.account_key = b.account_key
JOIN ${table("dim_owner")} o ON o.owner_key = b.owner_key ORDER BY 1, 2`,
        )
      ).map((row) => `${String(row["account"])} ${String(row["owner"])} ${String(row["weight"])}`);

    it("replaces whole groups, leaves others, and shares out exactly what facts have", async () => {
      const warehouse = await openWarehouse(engine, { owners, balances }, { schema });
      await warehouse.load(balances, [
        { account: "A", amount: "100.00" },
        { account: "B", amount: "50.00" },
      ]);
      await warehouse.load(owners, [...memberships("A", "x", "y", "z"), ...memberships("B", "x")]);
      const summary = await warehouse.load(owners, memberships("A", "y", "q"));
      expect(summary).toMatchObject({ inserted: 1, updated: 1, closed: 2, rejected: 0 });
      expect(await read()).toEqual(["A q 0.50000000", "A y 0.50000000", "B x 1.00000000"]);
      const shared = await rows(
        sql`SELECT o.owner, sum(f.amount * b.weight) AS amount FROM ${table("fact_balances")} f
JOIN ${table("bridge_owners")} b ON b.account_key = f.account_key JOIN ${table("dim_owner")} o ON o.owner_key = b.owner_key
GROUP BY o.owner ORDER BY 1`,
      );
      const total = shared.reduce((sum, row) => sum + Number(String(row["amount"])), 0);
      expect(total).toBe(150);
    });

    it("puts a group aside whose weights are not 1, and one of which a row is", async () => {
      const warehouse = await openWarehouse(engine, { owners }, { schema });
      await warehouse.load(owners, [...memberships("A", "x", "y"), ...memberships("B", "x")]);
      const summary = await warehouse.load(owners, [
        { account: "A", owner: "x", weight: "0.50000001" },
        { account: "A", owner: "z", weight: "0.50000000" },
        { account: "B", owner: "y", weight: "0.5" },
        { account: "B", owner: "y", weight: "0.25" },
        { account: "B", owner: "z", weight: "0.5" },
        { account: "D", owner: "x", weight: "0.99999999" },
        ...memberships("C", "x", "y", "z"),
      ]);
      expect(summary).toMatchObject({ read: 9, inserted: 3, rejected: 6 });
      const aside = await rows(
        sql`SELECT reason, count(*) AS n FROM ${table("_wh_rejects")} GROUP BY reason ORDER BY 1`,
      );
      expect(aside.map((row) => [row["reason"], Number(row["n"])])).toEqual([
        ["duplicate_key", 2],
        ["group_not_whole", 4],
      ]);
      const [a, b, c, ...rest] = await read();
      expect([a, b, c]).toEqual(["A x 0.50000000", "A y 0.50000000", "B x 1.00000000"]);
      expect(rest).toHaveLength(3);
    });
  });
}
