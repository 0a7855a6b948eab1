import { date, decimal, timestamp, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: utf8() },
});
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users },
  attributes: { sold_at: timestamp("us") },
  measures: { amount: decimal(10, 2) },
  eventTime: "sold_at",
});
const visits = fact("fact_visits", {
  grain: ["visit"],
  dimensions: { user: users, day: { dimension: calendar("dim_date"), key: { date: "visited" } } },
  attributes: { visited: date() },
  measures: { minutes: decimal(10, 2) },
  eventTime: "visited",
});

let engine: SqlEngine;
let warehouse: Warehouse;
beforeEach(async () => {
  engine = duckdb(":memory:");
  warehouse = await openWarehouse(engine, { users, sales, visits });
});
afterEach(() => engine.close());

const show = async (query: string): Promise<string[]> =>
  (await engine.query(query).rows()).map((row) => Object.values(row).map(String).join(" "));
const versions = () =>
  show(
    "SELECT user_id, country, valid_from::DATE, valid_to::DATE, is_current FROM dim_users WHERE users_key > 0 ORDER BY user_id, valid_from",
  );
const load = (at: string, country: string, ids: readonly string[] = ["u1"]) =>
  warehouse.load(
    users,
    ids.map((user_id) => ({ user_id, country })),
    { at, loadId: at },
  );
const sale = (name: string, sold_at: string, user_id = "u1") => ({
  sale: name,
  user_id,
  sold_at,
  amount: "1.00",
});
const countries = () =>
  show(
    "SELECT sale, country FROM fact_sales f JOIN dim_users u ON u.users_key = f.user_key ORDER BY sale",
  );

describe("a rewind", () => {
  it("takes away what starts then or later, opens what had ended, and frees the names of loads", async () => {
    await load("2026-01-01", "FR");
    const before = await versions();
    await load("2026-02-01", "BE", ["u1", "u2"]);
    await load("2026-03-01", "DE");
    const after = await versions();
    const plan = warehouse.planRewind(users, "2026-02-01");
    expect(plan.steps.map((step) => step.name)).toContain("open versions again");
    expect(await versions()).toEqual(after);

    const summary = await warehouse.rewind(users, "2026-02-01");
    expect(summary).toEqual({
      deleted: 3,
      reopened: 1,
      inferred: 0,
      repointed: { fact_sales: 0, fact_visits: 0 },
      loads: ["2026-02-01", "2026-03-01"],
    });
    expect(await versions()).toEqual(before);
    expect(await show("SELECT load_mode FROM _wh_loads ORDER BY loaded_at")).toEqual([
      "scd2",
      "rewind",
    ]);
    expect(await load("2026-02-01", "BE", ["u1", "u2"])).toMatchObject({ applied: true });
    expect(await load("2026-03-01", "DE")).toMatchObject({ applied: true });
    expect(await versions()).toEqual(after);
  });

  it("opens the version that holds at the moment only, and brings back who had ended", async () => {
    for (const [k, country] of ["A", "B", "C"].entries()) await load(`2026-0${k + 1}-01`, country);
    const gone = { at: "2026-04-01", deletes: "close", maxClosedShare: 1 } as const;
    await warehouse.load(users, [], gone);
    expect(await warehouse.rewind(users, "2026-02-15")).toMatchObject({ deleted: 1, reopened: 1 });
    expect(await versions()).toEqual([
      "u1 A 2026-01-01 2026-02-01 false",
      "u1 B 2026-02-01 null true",
    ]);
  });

  it("is refused while facts refer to what goes, and changes nothing then", async () => {
    await load("2026-01-01", "FR");
    await load("2026-02-01", "BE");
    await warehouse.load(sales, [sale("a", "2026-02-02T00:00:00Z")]);
    const before = await versions();
    await expect(warehouse.rewind(users, "2026-02-01")).rejects.toMatchObject({
      code: "WAREHOUSE_MEMBER_IN_USE",
      message: expect.stringMatching(
        /^1 row of fact_sales refers to versions of dim_users that start at 2026-02-01.*\(role "user"\)\.$/,
      ),
    });
    expect(await versions()).toEqual(before);
  });

  it("lets facts refer to what is left, or to the key alone", async () => {
    await load("2026-01-01", "FR");
    await load("2026-02-01", "BE", ["u1", "u2", "u3"]);
    await load("2026-03-01", "DE", ["u2"]);
    await warehouse.load(sales, [
      sale("a", "2026-02-02T00:00:00Z"),
      sale("b", "2026-02-02T00:00:00Z", "u2"),
      sale("c", "2026-03-02T00:00:00Z", "u2"),
    ]);
    const summary = await warehouse.rewind(users, "2026-02-01", { facts: "repoint" });
    expect(summary).toMatchObject({
      deleted: 3,
      reopened: 1,
      inferred: 1,
      repointed: { fact_sales: 2 },
    });
    expect(await versions()).toEqual([
      "u1 FR 2026-01-01 null true",
      "u2 null 1970-01-01 null true",
    ]);
    expect(await countries()).toEqual(["a FR", "b null", "c null"]);
    await load("2026-02-01", "IT", ["u2"]);
    expect(await countries()).toEqual(["a FR", "b IT", "c IT"]);
  });

  it("is for dimensions with history", async () => {
    const flat = dimension("dim_flat", { key: ["id"], columns: { id: utf8() } });
    const other = await openWarehouse(engine, { flat }, { schema: "other" });
    await expect(other.rewind(flat, "2026-01-01")).rejects.toThrow("it has no history");
    expect(() => other.planRewind(flat, "2026-01-01")).toThrow("it has no history");
    await expect(warehouse.rewind(users, "2026-01-01", { fact: 1 } as never)).rejects.toThrow(
      'no option "fact"',
    );
  });
});

describe("a load of the past", () => {
  it("is refused unless it says so, and then leaves the history of its own moment", async () => {
    await load("2026-01-01", "FR");
    await load("2026-03-01", "DE");
    await expect(load("2026-02-01", "BE")).rejects.toMatchObject({
      code: "WAREHOUSE_OUT_OF_ORDER",
      hint: expect.stringContaining("restate: true"),
    });
    const rows = [{ user_id: "u1", country: "BE" }];
    const restated = { at: "2026-02-01", restate: true, loadId: "restated" } as const;
    expect(await warehouse.load(users, rows, restated)).toMatchObject({ updated: 1 });
    expect(await versions()).toEqual([
      "u1 FR 2026-01-01 2026-02-01 false",
      "u1 BE 2026-02-01 null true",
    ]);
    expect(await warehouse.load(users, rows, restated)).toMatchObject({ applied: false });
    expect(await load("2026-03-01", "DE")).toMatchObject({ applied: true, updated: 1 });
    await expect(warehouse.load(users, rows, { restate: true })).rejects.toThrow("needs at");
  });

  it("moves facts that know their moment to the version of it", async () => {
    await load("2026-01-01", "FR");
    await load("2026-03-01", "DE");
    await warehouse.load(sales, [
      sale("jan", "2026-01-15T00:00:00Z"),
      sale("feb", "2026-02-15T00:00:00Z"),
      sale("mar", "2026-03-15T00:00:00Z"),
    ]);
    await warehouse.load(visits, [
      { visit: "v", user_id: "u1", visited: "2026-02-01", minutes: "5" },
    ]);
    const rows = [{ user_id: "u1", country: "BE" }];
    await warehouse.load(users, rows, { at: "2026-02-01T12:00:00Z", restate: true });
    expect(await countries()).toEqual(["feb BE", "jan FR", "mar BE"]);
    const visit = await show(
      "SELECT country FROM fact_visits f JOIN dim_users u ON u.users_key = f.user_key",
    );
    expect(visit).toEqual(["BE"]);
  });
});
