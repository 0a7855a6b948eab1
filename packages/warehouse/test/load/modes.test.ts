import { decimal, nullable, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const shops = dimension("dim_shops", {
  key: ["shop"],
  columns: { shop: utf8(), city: nullable(utf8()) },
});
const first = dimension("dim_first", {
  key: ["id"],
  versioning: "scd0",
  columns: { id: utf8(), name: utf8() },
});
const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: utf8() },
});
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { shop: shops },
  attributes: { region: utf8() },
  measures: { amount: decimal(10, 2) },
});
const totals = fact("fact_totals", {
  grain: ["shop"],
  dimensions: { shop: shops },
  measures: { amount: decimal(10, 2) },
  snapshot: { date: "day", version: "version" },
});

let engine: SqlEngine;
let warehouse: Warehouse;
beforeEach(async () => {
  engine = duckdb(":memory:");
  warehouse = await openWarehouse(engine, { shops, first, users, sales, totals });
});
afterEach(() => engine.close());

const show = async (query: string): Promise<string[]> =>
  (await engine.query(query).rows()).map((row) => Object.values(row).map(String).join(" "));
const members = () =>
  show("SELECT shop, city, is_deleted FROM dim_shops WHERE shops_key > 0 ORDER BY shop");
const stored = () => show("SELECT sale, region, amount FROM fact_sales ORDER BY sale");
const sale = (name: string, amount = "1.00", region = "north") => ({
  sale: name,
  shop: "s1",
  region,
  amount,
});

describe("a mode", () => {
  it("is refused where it means nothing, with those that do", () => {
    const plan = (table: Parameters<Warehouse["planLoad"]>[0], mode: string) => () =>
      warehouse.planLoad(table, { mode: mode as never });
    expect(plan(shops, "scd2")).toThrow("and it is a dimension without history");
    expect(plan(shops, "rebuild")).toThrow("and it is a dimension without history");
    expect(plan(users, "upsert")).toThrow("and it is a dimension with history");
    expect(plan(sales, "replaceSnapshot")).toThrow("and it is a fact table");
    expect(plan(totals, "append")).toThrow("and it is a snapshot fact");
    expect(plan(sales, "truncate")).toThrow(
      expect.objectContaining({
        code: "WAREHOUSE_INVALID_OPTION",
        hint: 'Its modes are "upsert", "append", "rebuild".',
      }) as Error,
    );
    for (const [table, mode] of [
      [shops, "upsert"],
      [users, "scd2"],
      [sales, "rebuild"],
    ] as const) {
      expect(plan(table, mode)).not.toThrow();
    }
  });

  it("append takes new members only, and puts aside those that are there", async () => {
    await warehouse.load(shops, [{ shop: "a", city: "Rome" }], { mode: "append" });
    const again = [
      { shop: "a", city: "Oslo" },
      { shop: "b", city: "Bern" },
    ];
    const summary = await warehouse.load(shops, again, { mode: "append" });
    expect(summary).toMatchObject({ inserted: 1, updated: 0, rejected: 1 });
    expect(await members()).toEqual(["a Rome false", "b Bern false"]);
    expect(await show("SELECT reason, message FROM _wh_rejects")).toEqual([
      "already_there A row of this key is in the table.",
    ]);
  });

  it("rebuild replaces all facts, but not by nothing, nor by much less", async () => {
    const ten = Array.from({ length: 10 }, (_, k) => sale(`s${k}`));
    await warehouse.load(sales, ten);
    for (const rows of [[], ten.slice(0, 7)]) {
      await expect(warehouse.load(sales, rows, { mode: "rebuild" })).rejects.toMatchObject({
        code: "WAREHOUSE_MASS_CLOSE",
        hint: expect.stringContaining("maxClosedShare"),
      });
    }
    expect(await stored()).toHaveLength(10);
    const summary = await warehouse.load(sales, ten.slice(0, 9), { mode: "rebuild" });
    expect(summary).toMatchObject({ inserted: 9, closed: 10 });
    await warehouse.load(sales, [sale("only")], { mode: "rebuild", maxClosedShare: 1 });
    expect(await stored()).toEqual(["only north 1.00"]);
  });
});

describe("what the data does not have", () => {
  it("is marked in a dimension without history, and comes back", async () => {
    const all = ["a", "b", "c", "d", "e"].map((shop) => ({ shop, city: "Rome" }));
    await warehouse.load(shops, all, { deletes: "tombstone" });
    const some = await warehouse.load(shops, all.slice(1), { deletes: "tombstone" });
    expect(some).toMatchObject({ closed: 1, updated: 0 });
    expect((await members())[0]).toBe("a Rome true");
    const none = await warehouse.load(shops, all.slice(1), { deletes: "tombstone" });
    expect(none).toMatchObject({ closed: 0, updated: 0, unchanged: 4 });
    const back = await warehouse.load(shops, all, { deletes: "tombstone" });
    expect(back).toMatchObject({ reopened: 1, updated: 1, closed: 0 });
    expect((await members())[0]).toBe("a Rome false");
  });

  it("is marked where the first values are kept, which stay when it comes back", async () => {
    const rows = [
      { id: "1", name: "one" },
      { id: "2", name: "two" },
    ];
    await warehouse.load(first, rows);
    const whole = { deletes: "tombstone", maxClosedShare: 1 } as const;
    await warehouse.load(first, rows.slice(1), whole);
    await warehouse.load(first, [{ id: "1", name: "eins" }, rows[1]!], whole);
    expect(
      await show("SELECT id, name, is_deleted FROM dim_first WHERE first_key > 0 ORDER BY id"),
    ).toEqual(["1 one false", "2 two false"]);
  });

  it("is a version of its own in a dimension with history, which asOf does not show", async () => {
    const rows = [
      { user_id: "u1", country: "FR" },
      { user_id: "u2", country: "BE" },
    ];
    const whole = { deletes: "tombstone", maxClosedShare: 1 } as const;
    await warehouse.load(users, rows, { at: "2026-01-01", ...whole });
    await warehouse.load(users, rows.slice(1), { at: "2026-02-01", ...whole });
    const back = await warehouse.load(users, rows, { at: "2026-03-01", ...whole });
    expect(back).toMatchObject({ inserted: 0, updated: 1, reopened: 1, unchanged: 1 });
    expect(
      await show(
        "SELECT valid_from::DATE, valid_to::DATE, is_deleted FROM dim_users WHERE user_id = 'u1' ORDER BY 1",
      ),
    ).toEqual([
      "2026-01-01 2026-02-01 false",
      "2026-02-01 2026-03-01 true",
      "2026-03-01 null false",
    ]);
    const idsAt = async (at: string): Promise<unknown[]> =>
      (await warehouse.asOf(users, at).rows()).map((row) => row["user_id"]);
    expect(await idsAt("2026-01-15")).toEqual(["u1", "u2"]);
    expect(await idsAt("2026-02-15")).toEqual(["u2"]);
    expect(await idsAt("2026-03-15")).toEqual(["u1", "u2"]);
  });

  it("is deleted of a fact, within the scope, and not for an empty extract", async () => {
    const rows = [sale("a"), sale("b"), sale("c"), sale("x", "1.00", "south")];
    await warehouse.load(sales, rows);
    const north = { deletes: "delete", scope: ["region"], maxClosedShare: 0.25 } as const;
    await expect(warehouse.load(sales, rows.slice(0, 2), north)).resolves.toMatchObject({
      closed: 1,
      unchanged: 2,
    });
    expect(await stored()).toEqual(["a north 1.00", "b north 1.00", "x south 1.00"]);
    await expect(
      warehouse.load(sales, [], { deletes: "delete", maxClosedShare: 0.99 }),
    ).rejects.toMatchObject({
      code: "WAREHOUSE_MASS_CLOSE",
      message: "The data has no rows, and 3 of the 3 current rows of fact_sales would end.",
    });
    await warehouse.load(sales, [], { deletes: "delete", maxClosedShare: 1 });
    expect(await stored()).toEqual([]);
  });

  it("is deleted of a fact within a scope that is null", async () => {
    const visits = fact("fact_visits", {
      grain: ["visit"],
      dimensions: { shop: shops },
      attributes: { region: nullable(utf8()) },
    });
    const other = await openWarehouse(engine, { shops, visits }, { schema: "null_scope" });
    const visit = (visit: string, region: string | null) => ({ visit, shop: "s1", region });
    await other.load(visits, [visit("a", null), visit("b", null), visit("c", "south")]);
    const scoped = { deletes: "delete", scope: ["region"], maxClosedShare: 1 } as const;
    expect(await other.load(visits, [visit("a", null)], scoped)).toMatchObject({ closed: 1 });
    expect(await show("SELECT visit FROM null_scope.fact_visits ORDER BY 1")).toEqual(["a", "c"]);
  });

  it("is not known where a row cannot be read or has no member", async () => {
    await warehouse.load(sales, [sale("a"), sale("b")]);
    const bad = [sale("a"), { ...sale("b"), amount: "much" as never }];
    const whole = { deletes: "delete", maxClosedShare: 1 } as const;
    await expect(warehouse.load(sales, bad, whole)).rejects.toThrow("nobody knows what");
    const strange = [sale("a"), { ...sale("b"), shop: "nobody's" }];
    await expect(
      warehouse.load(sales, strange, { ...whole, unknownMembers: "reject" }),
    ).rejects.toThrow("1 row for fact_sales cannot be read");
    expect(await stored()).toHaveLength(2);
  });
});
