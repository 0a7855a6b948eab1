import { int64, nullable, timestamp, utf8 } from "@lakewright/core";
import { id, type Sql, sql, type SqlEngine, type SqlSession } from "@lakewright/sql";
import {
  bridge,
  calendar,
  dimension,
  fact,
  openWarehouse,
  planMigration,
  type StarTable,
} from "@lakewright/warehouse";
import { beforeEach, describe, expect, it } from "vitest";
import { everything, products, sales, stock, users } from "./stars.ts";

/** What holds for the tables of a warehouse on every engine. */
export function schemaCases(engineOf: () => SqlEngine | undefined): void {
  let engine: SqlEngine;
  let schema = "";
  beforeEach((context) => {
    const given = engineOf();
    if (given === undefined) return context.skip();
    engine = given;
    schema = `w_${crypto.randomUUID().slice(0, 8)}`;
  });

  const table = (name: string): Sql => id(schema, name);
  const rows = (statement: Sql): Promise<Record<string, unknown>[]> =>
    engine.query(statement).rows();
  const count = async (name: string): Promise<number> =>
    Number((await engine.query(sql`SELECT count(*) AS n FROM ${table(name)}`).row())["n"]);
  const refused = (run: Promise<unknown>): Promise<unknown> =>
    run.then(
      () => "nothing was refused",
      (error: unknown) => (error as { code?: string }).code,
    );

  describe("the tables of a warehouse", () => {
    it("are made once, with members for unknown and not applicable, days and times", async () => {
      await openWarehouse(engine, everything, { schema });
      for (const name of ["dim_users", "dim_places", "dim_products", "dim_flags", "dim_bundles"]) {
        expect(await count(name), name).toBe(2);
      }
      expect(await count("dim_date")).toBe(33);
      expect(await count("dim_time")).toBe(1442);
      await openWarehouse(engine, everything, { schema });
      expect(await count("dim_date")).toBe(33);
      expect(await count("dim_users")).toBe(2);
      const special = await rows(
        sql`SELECT user_key, is_current, is_inferred FROM ${table("dim_users")} ORDER BY user_key`,
      );
      expect(special).toEqual([
        { user_key: -2n, is_current: true, is_inferred: false },
        { user_key: -1n, is_current: true, is_inferred: false },
      ]);
    });

    it("have labels of the members for unknown and not applicable, those given last", async () => {
      const labelled = (name: string): StarTable =>
        dimension("dim_shops", {
          key: ["shop"],
          versioning: "scd2",
          surrogateKey: "shop_key",
          columns: { shop: utf8(), name: utf8(), size: int64(), since: timestamp("us") },
          specialMembers: {
            unknown: { name, size: 0n, since: "2026-01-01T00:00:00.000001Z" },
            notApplicable: { name: "—" },
          },
        });
      const told = (): Promise<Record<string, unknown>[]> =>
        rows(sql`SELECT shop_key, shop, name, size, since FROM ${table("dim_shops")} ORDER BY 1`);
      const since = 1_767_225_600_000_001n;
      const none = { shop_key: -2n, shop: null, name: "—", size: null, since: null };
      const plain = dimension("dim_shops", {
        key: ["shop"],
        versioning: "scd2",
        surrogateKey: "shop_key",
        columns: { shop: utf8(), name: utf8(), size: int64(), since: timestamp("us") },
      });
      await openWarehouse(engine, { shops: plain }, { schema });
      for (const name of ["Unknown", "l'inconnu"]) {
        const shops = labelled(name);
        const warehouse = await openWarehouse(engine, { shops }, { schema });
        await warehouse.load(shops, [{ shop: "a", name, size: 1n, since: "2026-02-01T00:00:00Z" }]);
        expect((await told()).slice(0, 2)).toEqual([
          none,
          { shop_key: -1n, shop: null, name, size: 0n, since },
        ]);
      }
      expect(await told()).toHaveLength(4);
      const fewer = { ...labelled("?"), specialMembers: { unknown: { name: "?" } } } as StarTable;
      await openWarehouse(engine, { fewer }, { schema });
      expect((await told()).slice(0, 2)).toEqual([
        none,
        { shop_key: -1n, shop: null, name: "?", size: null, since: null },
      ]);
    });

    it("let one version of a member be open, and as many have ended as there are", async () => {
      await openWarehouse(engine, { users }, { schema });
      const version = (from: number, to: number | null): Promise<number> =>
        engine.execute(
          sql`INSERT INTO ${table("dim_users")} (tenant, user_id, valid_from, valid_to, is_current, is_inferred, is_deleted)
VALUES ('t', 'u', ${new Date(from)}, ${to === null ? sql`NULL` : sql`${new Date(to)}`}, ${to === null}, FALSE, FALSE)`,
        );
      await version(1000, 2000);
      await version(2000, 3000);
      await version(3000, null);
      expect(await refused(version(4000, null))).toBe("SQL_CONSTRAINT");
      await version(1000, 2000);
    });

    it("tell keys apart by case, accents and trailing blanks", async () => {
      const warehouse = await openWarehouse(engine, { products }, { schema });
      const skus = ["abc", "ABC", "äbc", "abc ", "ábc"];
      const summary = await warehouse.load(
        products,
        skus.map((sku) => ({ sku })),
      );
      expect(summary.inserted).toBe(5);
    });

    it("are numbered by the database from 1 on", async () => {
      const warehouse = await openWarehouse(engine, { products }, { schema });
      await warehouse.load(products, [{ sku: "a" }, { sku: "b" }]);
      const keys = await rows(
        sql`SELECT products_key FROM ${table("dim_products")} WHERE sku IS NOT NULL ORDER BY sku`,
      );
      expect(keys).toEqual([{ products_key: 1n }, { products_key: 2n }]);
    });

    it("have names that look like SQL, and of the greatest length", async () => {
      const long = "dim_" + "x".repeat(59);
      const odd = dimension('a "dim"; `y', {
        key: ["a b"],
        versioning: "scd2",
        columns: { "a b": utf8(), select: nullable(utf8()), 'quoted "`': nullable(int64()) },
      });
      const wide = dimension(long, { key: ["id"], columns: { id: utf8() }, surrogateKey: "k" });
      const uses = fact("f" + "y".repeat(62), {
        grain: ["odd", "r".repeat(59)],
        dimensions: {
          odd,
          ["r".repeat(59)]: { dimension: wide, key: { id: "wide_id" } },
        },
      });
      const warehouse = await openWarehouse(engine, { uses }, { schema });
      await warehouse.load(uses, [{ "a b": "it's", wide_id: "w" }] as never);
      await openWarehouse(engine, { uses }, { schema });
      expect(await count(uses.name)).toBe(1);
    });
  });

  it("several who open a warehouse at once make one of it", async () => {
    const opening = [1, 2, 3].map(() => openWarehouse(engine, { stock, users }, { schema }));
    const [first] = await Promise.all(opening);
    await first!.load(products, [{ sku: "a" }]);
    expect(await count("dim_products")).toBe(3);
    expect(await count("dim_users")).toBe(2);
    expect(await count("_wh_tables")).toBe(4);
  });

  it("an opening that breaks off at any statement is finished by the next one", async () => {
    const statements = { done: 0 };
    const star = { stock, users };
    await openWarehouse(breakingAt(engine, Infinity, statements), star, { schema: `${schema}a` });
    const all = statements.done;
    expect(all).toBeGreaterThan(15);
    for (let at = 0; at < all; at += 4) {
      const broken = `${schema}_${at}`;
      const opening = openWarehouse(breakingAt(engine, at, { done: 0 }), star, { schema: broken });
      await expect(opening, String(at)).rejects.toThrow("the connection broke");
      const warehouse = await openWarehouse(engine, star, { schema: broken, fkMode: "auto" });
      await warehouse.load(users, [{ tenant: "t", user_id: "u" }]);
      await warehouse.load(stock, [{ sku: "a", units: 1n }], {
        snapshot: { date: "2026-01-01", version: 1 },
      });
      const { n } = await engine
        .query(sql`SELECT count(*) AS n FROM ${id(broken, "dim_users")} WHERE user_key < 0`)
        .row();
      expect(Number(n), String(at)).toBe(2);
      expect(await warehouse.checkIntegrity()).toEqual([]);
    }
  }, 180_000);

  describe("foreign keys", () => {
    it("keep out rows of nobody, or the check finds them", async () => {
      const warehouse = await openWarehouse(engine, { stock }, { schema, fkMode: "off" });
      await warehouse.load(stock, [{ sku: "a", units: 1n }], {
        snapshot: { date: "2026-01-01", version: 1 },
      });
      expect(await warehouse.checkIntegrity()).toEqual([]);
      const orphan = sql`INSERT INTO ${table("fact_stock")} (product_key, units, ${id("day")}, version) VALUES (99, 1, '2026-01-01', 1)`;
      await engine.execute(orphan);
      const found = {
        table: "fact_stock",
        column: "product_key",
        dimension: "dim_products",
        rows: 1,
      };
      expect(await warehouse.checkIntegrity()).toEqual([found]);
      if (!engine.capabilities.cascadingForeignKeys) return;
      await engine.execute(sql`DELETE FROM ${table("fact_stock")} WHERE product_key = 99`);
      // Opened anew, it gets the keys it was made without.
      await openWarehouse(engine, { stock }, { schema });
      expect(await refused(engine.execute(orphan))).toBe("SQL_CONSTRAINT");
    });

    it("do what the fact says when a member goes", async (context) => {
      const warehouse = await openWarehouse(engine, everything, { schema });
      const row = { tenant: "t", user_id: "u", paid: "y", gift: "n", amount: "1.00" };
      await warehouse.load(sales, [
        { ...row, sale_id: "1", sku: "a", sold_at: "2026-01-02T10:00:00Z" },
        { ...row, sale_id: "2", sku: "b", sold_at: "2026-01-02T10:00:00Z" },
      ]);
      if (!engine.capabilities.cascadingForeignKeys) {
        return context.skip("Its foreign keys do not cascade: delete() is tested elsewhere.");
      }
      await engine.execute(sql`DELETE FROM ${table("dim_products")} WHERE sku = 'a'`);
      expect(await count("fact_sales")).toBe(1);
      await warehouse.load(stock, [{ sku: "b", units: 1n }], {
        snapshot: { date: "2026-01-01", version: 1 },
      });
      const restricted = engine.execute(sql`DELETE FROM ${table("dim_products")} WHERE sku = 'b'`);
      expect(await refused(restricted)).toBe("SQL_CONSTRAINT");
    });

    it("come after what they refer to, and go around in no circle", async () => {
      const a = dimension("dim_a", { key: ["a"], columns: { a: utf8() } });
      const b = dimension("dim_b", { key: ["b"], columns: { b: utf8() }, references: { a } });
      const c = dimension("dim_c", { key: ["c"], columns: { c: utf8() }, references: { b } });
      await openWarehouse(engine, { c }, { schema });
      expect(await count("dim_a")).toBe(2);
      const again = dimension("DIM_A", { key: ["a"], columns: { a: utf8() }, references: { c } });
      await expect(openWarehouse(engine, { again }, { schema: `${schema}x` })).rejects.toThrow(
        "Dimensions refer to each other in a circle: DIM_A → dim_c → dim_b → dim_a.",
      );
    });
  });

  describe("a definition that has grown", () => {
    const before = dimension("dim_grown", { key: ["id"], columns: { id: utf8() } });
    const after = dimension("dim_grown", {
      key: ["id"],
      columns: { id: utf8(), city: nullable(utf8()), rank: nullable(int64()) },
      references: { place: { dimension: before, key: { id: "place_id" }, absent: "unknown" } },
    });
    const grown = dimension("dim_grown", {
      key: ["id"],
      columns: { id: utf8(), city: nullable(utf8()) },
    });

    it("is refused unless asked for, and then gets its nullable columns", async () => {
      const first = await openWarehouse(engine, { before }, { schema });
      await first.load(before, [{ id: "1" }]);
      await expect(openWarehouse(engine, { grown }, { schema })).rejects.toMatchObject({
        code: "WAREHOUSE_SCHEMA_MISMATCH",
        message: expect.stringContaining('"city" is missing'),
      });
      const plan = await planMigration(engine, { grown }, { schema });
      expect(plan.refused).toEqual([]);
      expect(plan.statements).toHaveLength(1);
      expect(String(plan)).toContain("ADD COLUMN");
      const warehouse = await openWarehouse(engine, { grown }, { schema, migrate: "additive" });
      await warehouse.load(grown, [{ id: "1", city: "Lyon" }]);
      const [row] = await rows(sql`SELECT city FROM ${table("dim_grown")} WHERE id = '1'`);
      expect(row).toEqual({ city: "Lyon" });
      expect(String(await planMigration(engine, { grown }, { schema }))).toBe("");
    });

    it.each(["auto", "off"] as const)(
      'is planned as opening makes it, with fkMode "%s"',
      async (fkMode) => {
        const made = async (place: string): Promise<unknown[]> => [
          await rows(
            sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${place} ORDER BY 1`,
          ),
          await rows(
            sql`SELECT table_name AS name, count(*) AS n FROM information_schema.table_constraints WHERE table_schema = ${place} AND constraint_type = 'FOREIGN KEY' GROUP BY table_name ORDER BY 1`,
          ),
        ];
        const [opened, planned] = [`${schema}_o`, `${schema}_p`];
        const options = { fkMode, roleViews: true };
        await openWarehouse(engine, everything, { schema: opened, ...options });
        expect(
          String(await planMigration(engine, everything, { schema: opened, ...options })),
        ).toBe("");
        const plan = await planMigration(engine, everything, { schema: planned, ...options });
        expect(plan.refused).toEqual([]);
        expect(
          await rows(
            sql`SELECT 1 AS one FROM information_schema.tables WHERE table_schema = ${planned}`,
          ),
        ).toEqual([]);
        await engine.execute(sql`CREATE SCHEMA ${id(planned)}`);
        for (const statement of plan.statements) await engine.execute(statement.sql);
        expect(await made(planned)).toEqual(await made(opened));
      },
    );

    it("gets an outrigger whose members are unknown", async () => {
      const place = dimension("dim_place", { key: ["place"], columns: { place: utf8() } });
      const housed = dimension("dim_grown", {
        key: ["id"],
        columns: { id: utf8() },
        references: { place: { dimension: place, absent: "unknown" } },
      });
      const first = await openWarehouse(engine, { before }, { schema });
      await first.load(before, [{ id: "1" }]);
      await openWarehouse(engine, { housed }, { schema, migrate: "additive" });
      expect(await rows(sql`SELECT place_key FROM ${table("dim_grown")} WHERE id = '1'`)).toEqual([
        { place_key: -1n },
      ]);
      expect(() => after.input.fields.length).not.toThrow();
    });

    it("shows its new columns in the view of the newest snapshot", async () => {
      const define = (more: object): typeof stock =>
        fact("fact_level", {
          grain: ["product"],
          dimensions: { product: products },
          measures: { units: int64(), ...more },
          snapshot: { date: "day", version: "version" },
        }) as never;
      const level = define({});
      await openWarehouse(engine, { level }, { schema });
      const wide = define({ value: nullable(int64()) });
      await openWarehouse(engine, { wide }, { schema, migrate: "additive" });
      expect(await rows(sql`SELECT ${id("value")} FROM ${table("fact_level_latest")}`)).toEqual([]);
    });

    it("is refused with every difference that adding columns does not settle", async () => {
      const changed = dimension("dim_grown", {
        key: ["id"],
        columns: { id: int64(), size: int64() },
        versioning: "scd2",
      });
      await openWarehouse(engine, { before }, { schema });
      const plan = await planMigration(engine, { changed }, { schema });
      const differences = plan.refused.map(({ difference }) => difference).join("; ");
      expect(differences).toContain('"size" is missing, and its rows would need a value');
      expect(differences).toContain('"valid_from" is missing');
      expect(differences).toMatch(/"id" is (VARCHAR|text|varchar), defined as (BIGINT|bigint)/);
      expect(differences).toContain('it was made as {"kind":"dimension","versioning":"scd1"');
      expect(String(plan)).toContain("-- refused: dim_grown:");
      await expect(
        openWarehouse(engine, { changed }, { schema, migrate: "additive" }),
      ).rejects.toMatchObject({ code: "WAREHOUSE_SCHEMA_MISMATCH" });
      await openWarehouse(engine, { before }, { schema });
    });
  });

  it("a dimension in several roles has a view for each", async () => {
    const day = calendar("dim_date", { from: "2026-01-01", to: "2026-01-02" });
    const trips = fact("fact_trips", {
      grain: ["trip"],
      dimensions: {
        left: { dimension: day, key: { date: "left_on" } },
        came: { dimension: day, key: { date: "came_on" } },
      },
    });
    const warehouse = await openWarehouse(engine, { trips }, { schema, roleViews: true });
    await openWarehouse(engine, { trips }, { schema, roleViews: true });
    await warehouse.load(trips, [{ trip: "1", left_on: "2026-01-01", came_on: "2026-01-02" }]);
    const joined = await rows(
      sql`SELECT l.left_date, c.came_day_name FROM ${table("fact_trips")} f
JOIN ${table("dim_date_left")} l ON l.left_key = f.left_key JOIN ${table("dim_date_came")} c ON c.came_key = f.came_key`,
    );
    expect(joined).toEqual([{ left_date: "2026-01-01", came_day_name: "Friday" }]);
  });

  it("a calendar is extended as often as wanted", async () => {
    const day = calendar("dim_date", { from: "2026-01-01", to: "2026-01-31" });
    const warehouse = await openWarehouse(engine, { day }, { schema });
    expect(await warehouse.extend(day, { from: "2025-12-31", to: "2026-02-01" })).toEqual({
      inserted: 2,
    });
    expect(await warehouse.extend(day, { from: "2025-12-31", to: "2026-02-01" })).toEqual({
      inserted: 0,
    });
    expect(await count("dim_date")).toBe(35);
  });

  it("a bridge has foreign keys to both of its sides", async () => {
    const owner = dimension("dim_owner", { key: ["owner"], columns: { owner: utf8() } });
    const owners = bridge("bridge_owners", { between: { product: products, owner } });
    const warehouse = await openWarehouse(engine, { owners }, { schema });
    await warehouse.load(owners, [
      { sku: "a", owner: "x", weight: "0.25" },
      { sku: "a", owner: "y", weight: "0.75" },
    ]);
    const weighted = await rows(
      sql`SELECT o.owner FROM ${table("bridge_owners")} b JOIN ${table("dim_owner")} o ON o.owner_key = b.owner_key ORDER BY 1`,
    );
    expect(weighted).toEqual([{ owner: "x" }, { owner: "y" }]);
    expect(await warehouse.checkIntegrity()).toEqual([]);
  });
}

/** The engine, whose connection breaks at the n-th statement that changes something, and at every one after it. */
function breakingAt(engine: SqlEngine, n: number, statements: { done: number }): SqlEngine {
  const broken = <S extends SqlSession>(session: S): S =>
    new Proxy(session, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const method = value.bind(target) as (...given: unknown[]) => unknown;
        if (name === "transaction") {
          return (run: (inner: SqlSession) => unknown, options: unknown) =>
            method((inner: SqlSession) => run(broken(inner)), options);
        }
        if (name !== "execute" && name !== "load") return method;
        return async (...given: unknown[]) => {
          if (statements.done++ >= n) throw new Error("the connection broke");
          return method(...given);
        };
      },
    });
  return broken(engine);
}
