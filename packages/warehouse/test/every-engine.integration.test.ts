import {
  binary,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  nullable,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import { calendar, dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { beforeEach, describe, expect, it } from "vitest";
import { databaseForTests, databases } from "./engines.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: {
    user_id: utf8(),
    country: nullable(utf8()),
    credit: nullable(decimal(12, 2)),
    seen_at: nullable(timestamp("us")),
  },
});
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: {
    user: users,
    day: { dimension: calendar("dim_date"), key: { date: "sold_at" } },
  },
  attributes: { sold_at: timestamp("us") },
  measures: { amount: decimal(14, 2) },
  eventTime: "sold_at",
});
const visits = fact("fact_visits", {
  grain: ["visit"],
  dimensions: { user: users },
  attributes: { visited: date(), region: utf8() },
  measures: { minutes: int32(), score: nullable(float64()) },
  eventTime: "visited",
});
const totals = fact("fact_totals", {
  grain: ["user_id"],
  dimensions: { user: users },
  measures: { amount: decimal(14, 2) },
  snapshot: { date: "day", version: "version" },
});
const star = { users, sales, visits, totals };

describe.each(Object.keys(databases))("a warehouse on %s", (name) => {
  const database = databaseForTests(name);
  let schema = "";
  let schemas = 0;

  beforeEach(() => {
    schema = `w${++schemas}`;
  });

  const open = () => openWarehouse(database().engine, star, { schema });
  const user = (user_id: string, country: string | null = "FR") => ({ user_id, country });
  const sale = (sale: string, user_id: string, sold_at = "2026-01-20T12:00:00Z") => ({
    sale,
    user_id,
    sold_at,
    amount: "1.00",
  });
  /** Rows as text, `$` being the schema. */
  const show = async (query: string): Promise<string[]> => {
    const rows = await database().engine.query(query.replaceAll("$", schema)).rows();
    return rows.map((row) => Object.values(row).map(String).join(" "));
  };
  const versions = () =>
    show(
      "SELECT user_id, country, is_current FROM $.dim_users WHERE user_key > 0 ORDER BY user_id, valid_from",
    );
  const found = (table = "fact_sales", key = "sale") =>
    show(
      `SELECT ${key}, country FROM $.${table} f JOIN $.dim_users u ON u.user_key = f.user_key ORDER BY ${key}`,
    );

  it("finds versions by the moment of a fact, and infers members and days", async () => {
    const warehouse = await open();
    await warehouse.load(users, [user("u1", "FR")], { at: "2026-01-10" });
    await warehouse.load(users, [user("u1", "BE")], { at: "2026-02-10T12:00:00Z" });
    const rows = [
      sale("1 before", "u1", "2025-01-01T00:00:00Z"),
      sale("2 first", "u1"),
      sale("3 a microsecond before", "u1", "2026-02-10T11:59:59.999999Z"),
      sale("4 second", "u1", "2026-02-10T12:00:00Z"),
      sale("5 inferred", "u9"),
    ];
    expect(await warehouse.load(sales, rows)).toMatchObject({ inserted: 5, rejected: 0 });
    expect(await found()).toEqual([
      "1 before FR",
      "2 first FR",
      "3 a microsecond before FR",
      "4 second BE",
      "5 inferred null",
    ]);
    expect(await show("SELECT DISTINCT day_key FROM $.fact_sales ORDER BY 1")).toEqual([
      "20250101",
      "20260120",
      "20260210",
    ]);
    const visit = (visit: string, visited: string) => ({
      visit,
      user_id: "u1",
      visited,
      region: "north",
      minutes: 5,
    });
    const days = [visit("1", "2026-02-09"), visit("2", "2026-02-10"), visit("3", "1999-01-01")];
    await warehouse.load(visits, days);
    expect(await found("fact_visits", "visit")).toEqual(["1 FR", "2 BE", "3 FR"]);
    await warehouse.load(users, [user("u9", "IT")]);
    expect((await found()).at(-1)).toBe("5 inferred IT");
  });

  it("writes only what changed, takes modes, and deletes what an extract does not have", async () => {
    const warehouse = await open();
    const rows = ["a", "b", "c", "d", "e"].map((name) => sale(name, "u1"));
    await warehouse.load(sales, rows);
    const changed = [{ ...rows[0]!, amount: "2.50" }, ...rows.slice(1), sale("f", "u2")];
    expect(await warehouse.load(sales, changed)).toMatchObject({
      inserted: 1,
      updated: 1,
      unchanged: 4,
    });
    expect(await warehouse.load(sales, changed, { mode: "append" })).toMatchObject({
      inserted: 0,
      rejected: 6,
    });
    const whole = { deletes: "delete", maxClosedShare: 0.2 } as const;
    expect(await warehouse.load(sales, changed.slice(1), whole)).toMatchObject({ closed: 1 });
    await expect(warehouse.load(sales, [], whole)).rejects.toThrow("The data has no rows");
    const rebuilt = await warehouse.load(sales, rows, { mode: "rebuild" });
    expect(rebuilt).toMatchObject({ inserted: 5, closed: 5 });
    expect(await show("SELECT sale FROM $.fact_sales ORDER BY sale")).toEqual([..."abcde"]);
    const snapshot = { date: "2026-02-01", version: 1 };
    await warehouse.load(totals, [{ user_id: "u1", amount: "5" }], { snapshot });
    const again = await warehouse.load(totals, [{ user_id: "u2", amount: "7" }], { snapshot });
    expect(again).toMatchObject({ inserted: 1, closed: 1 });
    expect(await show("SELECT amount FROM $.fact_totals_latest")).toEqual(["7.00"]);
  });

  it("opens a version for case, accents, blanks, microseconds and nulls, and for nothing less", async () => {
    const warehouse = await open();
    const texts = ["abc", "Abc", "Abç", "Abç ", "", null, "null", "\u{1f600}\\'\"\t\n"];
    for (const [k, country] of texts.entries()) {
      const summary = await warehouse.load(users, [user("u1", country)], {
        at: `2026-01-0${k + 1}`,
      });
      expect(summary, String(country)).toMatchObject(k === 0 ? { inserted: 1 } : { updated: 1 });
    }
    const seen = (micros: string, credit: string) => [
      { user_id: "u2", seen_at: `2026-01-01T00:00:00.${micros}Z`, credit },
    ];
    await warehouse.load(users, seen("000001", "1"), { at: "2026-03-01" });
    const same = await warehouse.load(users, seen("000001", "1.00"), { at: "2026-03-02" });
    expect(same).toMatchObject({ updated: 0, unchanged: 1 });
    const later = await warehouse.load(users, seen("000002", "1.0"), { at: "2026-03-03" });
    expect(later).toMatchObject({ updated: 1 });
    const keys = ["u", "U", "ü", "u "].map((key) => user(key));
    expect(await warehouse.load(users, keys, { at: "2026-03-04" })).toMatchObject({ inserted: 4 });
  });

  it("keeps a history of its own moment: closes, marks, rewinds and restates", async () => {
    const warehouse = await open();
    const at = (day: string) => ({ at: `2026-${day}`, loadId: day });
    await warehouse.load(users, [user("u1"), user("u2")], at("01-01"));
    const marked = { deletes: "tombstone", maxClosedShare: 1 } as const;
    await warehouse.load(users, [user("u1", "BE")], { ...at("02-01"), ...marked });
    expect((await warehouse.asOf(users, "2026-02-02").rows()).length).toBe(1);
    const back = await warehouse.load(users, [user("u1", "BE"), user("u2")], at("03-01"));
    expect(back).toMatchObject({ reopened: 1, unchanged: 1 });
    await warehouse.load(sales, [
      sale("a", "u1", "2026-01-15T00:00:00Z"),
      sale("b", "u1", "2026-02-15T00:00:00Z"),
    ]);
    await expect(warehouse.rewind(users, "2026-02-01")).rejects.toMatchObject({
      code: "WAREHOUSE_MEMBER_IN_USE",
    });
    expect(await warehouse.rewind(users, "2026-02-01", { facts: "repoint" })).toMatchObject({
      deleted: 3,
      reopened: 2,
      repointed: { fact_sales: 1 },
      loads: ["02-01", "03-01"],
    });
    expect(await versions()).toEqual(["u1 FR true", "u2 FR true"]);
    await warehouse.load(users, [user("u1", "IT")], at("03-01"));
    await warehouse.load(users, [user("u1", "ES")], { ...at("02-01"), restate: true });
    expect(await versions()).toEqual(["u1 FR false", "u1 ES true", "u2 FR true"]);
    expect(await found()).toEqual(["a FR", "b ES"]);
  });

  it("puts rows aside that cannot be loaded, each with its place and reason, and loads the others", async () => {
    const warehouse = await open();
    const rows: unknown[] = [
      user("fine"),
      { user_id: 7n, country: "a number" },
      { user_id: null, country: "no key" },
      { user_id: "u", country: "\ud800" },
      { user_id: "much", credit: "12345678901.00" },
      { user_id: "fine digits", credit: "1.005" },
      user("twice", "A"),
      user("twice", "B"),
      user("copied"),
      user("copied"),
      { user_id: "late", seen_at: 10n ** 18n },
      "no row",
    ];
    const summary = await warehouse.load(users, rows as never, { loadId: "bad" });
    expect(summary).toMatchObject({ read: 12, inserted: 2, unchanged: 1, rejected: 9 });
    expect(await show("SELECT row_index, reason FROM $._wh_rejects ORDER BY row_index")).toEqual([
      "1 invalid_value",
      "2 invalid_value",
      "3 invalid_value",
      "4 invalid_value",
      "5 invalid_value",
      "6 duplicate_key",
      "7 duplicate_key",
      "10 invalid_value",
      "11 invalid_value",
    ]);
    const { capabilities, dialect } = database().engine;
    const { most } = dialect.keyText(1);
    const limits = [
      { user_id: "\0", country: null },
      { user_id: "x".repeat(most + 1), country: null },
      { user_id: "y".repeat(most), country: "long" },
    ];
    for (const data of [limits, [toBatch(users.input, limits)]]) {
      const expected = capabilities.nulInText ? 1 : 2;
      expect(await warehouse.load(users, data)).toMatchObject({ rejected: expected });
    }
    const visit = { user_id: "u1", visited: "2026-01-01", region: "", minutes: 2 ** 31 };
    const infinite = { ...visit, minutes: 1, score: Infinity };
    const facts = [
      { ...visit, visit: "overflow" },
      { ...infinite, visit: "infinite" },
      { ...infinite, visit: "fine", score: 1.5, user_id: "nobody" },
    ];
    expect(await warehouse.load(visits, facts, { unknownMembers: "unknown" })).toMatchObject({
      rejected: capabilities.nonFiniteNumbers ? 1 : 2,
    });
    const loaded = capabilities.nonFiniteNumbers ? "2" : "1";
    expect(await show("SELECT count(*) FROM $.fact_visits WHERE user_key = -1")).toEqual([loaded]);
  });

  it("puts keys aside that an index cannot have: bytes, and texts of two indexes", async () => {
    const files = dimension("dim_files", { key: ["hash"], columns: { hash: binary() } });
    const places = dimension("dim_places", {
      key: ["shop", "shelf"],
      columns: { shop: utf8(), shelf: utf8() },
    });
    const counts = fact("fact_counts", { grain: ["shop"], dimensions: { place: places } });
    const tables = { files, places, counts };
    const warehouse = await openWarehouse(database().engine, tables, { schema });
    const { dialect } = database().engine;
    const { most, unit } = dialect.keyText(1);
    const bytes = most * (unit === "characters" ? 4 : 1);
    const hashes = [1, bytes, bytes + 1].map((length) => ({
      // What an engine could compress would fit.
      hash: Uint8Array.from({ length }, (_, k) => (k * k * 2_654_435_761) >>> 13),
    }));
    expect(await warehouse.load(files, hashes)).toMatchObject({ inserted: 2, rejected: 1 });
    const both = dialect.keyText(2).most;
    const lengths = [...new Set([both, both + 1, most, most + 1])];
    const rows = lengths.map((length) => ({ shop: "x".repeat(length), shelf: "1" }));
    const fitting = lengths.filter((length) => length <= both).length;
    expect(await warehouse.load(counts, rows)).toMatchObject({
      inserted: fitting,
      rejected: lengths.length - fitting,
    });
  });

  it("checks foreign keys around a large load, whatever happens in it", async () => {
    const warehouse = await open();
    const many = Array.from({ length: 500 }, (_, k) => sale(`s${k}`, `u${k % 50}`));
    await warehouse.load(sales, many);
    await warehouse.load(sales, [sale("one more", "u1")]);
    const failing = [...many, { ...sale("bad", "u1"), amount: "much" as never }];
    await expect(warehouse.load(sales, failing, { onReject: "error" })).rejects.toThrow();
    if (!database().engine.capabilities.cascadingForeignKeys) return;
    const stray = sql`INSERT INTO ${id(schema, "fact_sales")} (sale, user_key, day_key, sold_at, amount) VALUES ('stray', 4711, -1, ${new Date(0)}, 1)`;
    await expect(database().engine.execute(stray)).rejects.toMatchObject({
      code: "SQL_CONSTRAINT",
    });
    expect(await warehouse.delete(users, [{ user_id: "u1" }])).toEqual({
      versions: 1,
      facts: { fact_sales: 11, fact_visits: 0, fact_totals: 0 },
    });
  });

  it("keeps what is in no list as its version opened with, and puts bad rows of batches aside", async () => {
    const mixed = dimension("dim_mixed", {
      key: ["id"],
      versioning: "scd2",
      columns: { id: utf8(), tier: utf8(), name: utf8(), city: nullable(utf8()) },
      tracked: ["tier"],
      overwritten: ["name"],
    });
    const warehouse = await openWarehouse(database().engine, { mixed }, { schema });
    const loose = defineTable("loose", {
      id: nullable(utf8()),
      tier: utf8(),
      name: utf8(),
      city: nullable(utf8()),
    });
    await warehouse.load(
      mixed,
      toBatch(loose, [
        { id: "a", tier: "1", name: "Ada", city: "Lyon" },
        { id: null, tier: "1", name: "nobody" },
        { id: "b", tier: "1", name: "Bo" },
      ]),
      { at: "2026-01-01" },
    );
    const later = [
      { id: "a", tier: "2", name: "Ada L.", city: "Nice" },
      { id: "b", tier: "2", name: "Bo", city: "Nice" },
    ];
    await warehouse.load(mixed, [{ id: "a", tier: "1", name: "Ada", city: "Paris" }], {
      at: "2026-01-15",
    });
    await warehouse.load(mixed, later, { at: "2026-02-01", deletes: "close" });
    expect(
      await show("SELECT id, tier, name, city FROM $.dim_mixed WHERE mixed_key > 0 ORDER BY 1, 2"),
    ).toEqual(["a 1 Ada Lyon", "a 2 Ada L. Nice", "b 1 Bo null", "b 2 Bo Nice"]);
    expect(await show("SELECT row_index, reason FROM $._wh_rejects")).toEqual(["1 invalid_value"]);
  });

  it("lets loaders of one table take turns, and applies a load once", async () => {
    const { engine, another } = database();
    await open();
    const engines = another ? [engine, another(), another()] : [engine, engine, engine];
    const opened = await Promise.all(engines.map((one) => openWarehouse(one, star, { schema })));
    const loads = await Promise.all(
      opened.flatMap((warehouse, k) => [
        warehouse.load(users, [user("u1", `c${k}`)], { loadId: `load ${k}` }),
        warehouse.load(sales, [sale("same", "new")], { loadId: "same" }),
        warehouse.load(sales, [sale(`s${k}`, "new")]),
      ]),
    );
    expect(loads.filter((load) => load.loadId === "same" && load.applied)).toHaveLength(1);
    expect(await show("SELECT count(*) FROM $.dim_users WHERE user_id = 'u1'")).toEqual(["3"]);
    expect(await show("SELECT count(*) FROM $.dim_users WHERE user_id = 'new'")).toEqual(["1"]);
    expect(
      await show(
        "SELECT count(*) FROM $.dim_users a JOIN $.dim_users b ON a.user_id = b.user_id AND a.valid_to = b.valid_from",
      ),
    ).toEqual(["2"]);
    expect(await show("SELECT count(*) FROM $.fact_sales")).toEqual(["4"]);
    for (const one of engines.slice(1)) if (one !== engine) await one.close();
  });

  it("lets loaders of dimensions with one outrigger take turns", async () => {
    const { engine, another } = database();
    const places = dimension("dim_places", { key: ["zip"], columns: { zip: utf8() } });
    const living = (name: string) =>
      dimension(name, {
        key: ["id"],
        columns: { id: utf8() },
        references: { home: { dimension: places, key: { zip: "home_zip" } } },
      });
    const [owners, tenants] = [living("dim_owners"), living("dim_tenants")];
    const other = another?.() ?? engine;
    const first = await openWarehouse(engine, { owners, tenants }, { schema });
    const second = await openWarehouse(other, { owners, tenants }, { schema });
    for (let round = 0; round < 5; round++) {
      const rows = Array.from({ length: 200 }, (_, k) => ({
        id: `${k}`,
        home_zip: `${round}-${k}`,
      }));
      await Promise.all([first.load(owners, rows), second.load(tenants, rows.toReversed())]);
    }
    expect(
      await show(
        "SELECT count(*) AS n, count(DISTINCT zip) AS zips FROM $.dim_places WHERE places_key > 0",
      ),
    ).toEqual(["1000 1000"]);
    if (other !== engine) await other.close();
  });
});
