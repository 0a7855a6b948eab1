import {
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  nullable,
  oneOf,
  timestamp,
  utf8,
} from "@lakewright/core";
import { createTable, id, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { beforeEach, describe, expect, it } from "vitest";
import { databaseForTests } from "../engines.ts";

const columns = {
  person: utf8(),
  name: nullable(utf8()),
  segment: oneOf(["retail", "business"]),
  credit: decimal(12, 2),
  orders: int32(),
  followers: nullable(int64()),
  score: nullable(float64()),
  active: nullable(bool()),
  since: date(),
  seen_at: nullable(timestamp("us")),
};
const people = defineTable("people", columns);
const history = dimension("dim_person", { key: ["person"], columns, versioning: "scd2" });
const visits = fact("fact_visit", {
  grain: ["visit"],
  dimensions: { person: history },
  attributes: { visit: int64() },
  measures: { minutes: int32() },
});
const person = (n: number, more: object = {}) => ({
  person: `p${n}`,
  name: n % 3 === 0 ? null : `Zoë "${n}" \\ 😀`,
  segment: n % 2 === 0 ? ("retail" as const) : ("business" as const),
  credit: `${n}.5`,
  orders: n,
  followers: n % 4 === 0 ? null : 9_007_199_254_740_993n + BigInt(n),
  score: n % 5 === 0 ? null : n / 7,
  active: n % 6 === 0 ? null : n % 2 === 0,
  since: "2024-02-29",
  seen_at: n % 7 === 0 ? null : `2026-03-29T01:59:59.${String(n).padStart(6, "0")}Z`,
  ...more,
});

/** What a load takes from its own database: as if the rows had been read and given. */
export function loadsOfQueries(name: string): void {
  describe(`loads of queries on ${name}`, () => {
    const database = databaseForTests(name);
    let schema = "";
    let schemas = 0;
    beforeEach(() => {
      schema = `q${++schemas}`;
    });

    const open = (engine = database().engine) =>
      openWarehouse(engine, { history, visits }, { schema });
    const path = (table: string): readonly string[] => [schema, table];
    /** A table beside the star, of any types. */
    const beside = async (table: string, rows: readonly object[]): Promise<void> => {
      const { engine } = database();
      await engine.execute(createTable(engine.dialect, path(table), people));
      await engine.load(path(table), people, rows as never);
    };
    const versions = () =>
      database()
        .engine.query(
          sql`SELECT person, name, segment, credit, orders, followers, score, active, since, seen_at, valid_to IS NULL AS is_open FROM ${id(schema, "dim_person")} WHERE person IS NOT NULL ORDER BY person, valid_from`,
        )
        .rows();
    const rejects = () =>
      database()
        .engine.query(
          sql`SELECT reason, message FROM ${id(schema, "_wh_rejects")} ORDER BY message`,
        )
        .rows();

    it("has the same outcome as the rows themselves", async () => {
      const before = Array.from({ length: 40 }, (_, n) => person(n));
      const after = [...before.slice(3).map((row, n) => (n % 5 ? row : { ...row, orders: -1 }))];
      const given = await open();
      await given.load(history, before, { at: "2026-01-01" });
      const told = await given.load(history, after, { at: "2026-02-01", deletes: "close" });
      const wanted = await versions();
      schema = `q${++schemas}`;
      const warehouse = await open();
      await beside("before", before);
      await beside("after", after);
      const { engine } = database();
      await warehouse.load(history, engine.table(path("before")), { at: "2026-01-01" });
      const summary = await warehouse.load(history, sql`SELECT * FROM ${id(schema, "after")}`, {
        at: "2026-02-01",
        deletes: "close",
        loadId: "february",
      });
      expect(summary).toEqual({ ...told, loadId: "february" });
      expect(await versions()).toEqual(wanted);
      const again = sql`SELECT * FROM ${id(schema, "after")}`;
      expect(await warehouse.load(history, again, { loadId: "february" })).toMatchObject({
        applied: false,
      });
    });

    it("does not take the rows out of the database", async () => {
      const { engine } = database();
      let loads = 0;
      const counting = countLoads(engine, () => loads++);
      const warehouse = await open(counting);
      await beside("people", [person(1), person(2)]);
      loads = 0;
      await warehouse.load(history, sql`SELECT * FROM ${id(schema, "people")}`);
      expect(loads).toBe(0);
    });

    it("believes a primary key that no key occurs twice, and nothing else", async () => {
      const { engine } = database();
      const warehouse = await open();
      const create = async (table: string, primaryKey: readonly string[], rows: object[]) => {
        await engine.execute(createTable(engine.dialect, path(table), people, { primaryKey }));
        await engine.load(path(table), people, rows as never);
      };
      const primaryKey = (table: string) =>
        engine.query(engine.dialect.primaryKey(schema, table)).rows();
      await create("by_person", ["person"], [person(1), person(2)]);
      await create("by_both", ["person", "orders"], [person(3), person(3, { orders: 4 })]);
      await create("without", [], [person(4), person(4), person(5, { orders: 4 }), person(5)]);
      expect(await primaryKey("by_person")).toEqual([{ name: "person" }]);
      expect(await primaryKey("by_both")).toHaveLength(2);
      expect(await primaryKey("without")).toEqual([]);
      const load = (table: string) => warehouse.load(history, engine.table(path(table)));
      expect(await load("by_person")).toMatchObject({ inserted: 2 });
      await expect(load("by_both")).rejects.toMatchObject({ code: "WAREHOUSE_ROWS_REJECTED" });
      expect(await load("without")).toMatchObject({ inserted: 1, rejected: 2, unchanged: 1 });
    });

    it.runIf(name === "Postgres" || name === "PGlite")(
      "does not believe the primary key of a table that others inherit from",
      async () => {
        const { engine } = database();
        const warehouse = await open();
        await engine.execute(
          createTable(engine.dialect, path("all"), people, { primaryKey: ["person"] }),
        );
        await engine.execute(
          sql`CREATE TABLE ${id(schema, "some")} () INHERITS (${id(schema, "all")})`,
        );
        await engine.load(path("all"), people, [person(1), person(2)]);
        await engine.load(path("some"), people, [person(2, { orders: 7 })]);
        const told = await warehouse.load(history, engine.table(path("all")));
        expect(told).toMatchObject({ inserted: 1, rejected: 2 });
      },
    );

    it.runIf(name === "MySQL")("does not believe an index over an expression", async () => {
      const { engine } = database();
      const warehouse = await open();
      await engine.execute(createTable(engine.dialect, path("open"), people));
      await engine.execute(
        sql`CREATE UNIQUE INDEX open_ones ON ${id(schema, "open")} (person(40), (IF(orders = 2, 1, NULL)))`,
      );
      await engine.load(path("open"), people, [person(2), person(2, { orders: 3 }), person(3)]);
      const told = await warehouse.load(history, engine.table(path("open")));
      expect(told).toMatchObject({ inserted: 1, rejected: 2 });
    });

    it("puts aside what it would of the rows themselves, with the same words", async () => {
      const warehouse = await open();
      const loose = defineTable("people", {
        ...columns,
        person: nullable(utf8()),
        segment: nullable(utf8()),
      });
      const { engine } = database();
      const rows = [
        person(1),
        person(2, { person: null }),
        person(3, { segment: "smuggler" }),
        person(4),
        person(4, { orders: 5 }),
        person(5, { person: "x".repeat(5000) }),
        person(6),
        person(6),
      ];
      await engine.execute(createTable(engine.dialect, path("loose"), loose));
      await engine.load(path("loose"), loose, rows as never);
      const summary = await warehouse.load(history, engine.table(path("loose")));
      const told = await rejects();
      expect(summary).toMatchObject({ read: 8 });
      const byRow = await openWarehouse(engine, { history }, { schema: `q${++schemas}` });
      expect({ ...summary, loadId: "" }).toEqual({
        ...(await byRow.load(history, rows as never)),
        loadId: "",
      });
      schema = byRow.schema;
      expect(told).toEqual(await rejects());
    });

    it("converts what is not of its type as it would a row, and refuses what it would", async () => {
      const warehouse = await open();
      await beside("people", [person(1)]);
      const select = (orders: string) =>
        sql`SELECT person, name, segment, credit, ${raw(orders)} AS orders, followers, score, active, since, seen_at FROM ${id(schema, "people")}`;
      await warehouse.load(history, select("CAST(7 AS DECIMAL(10, 0))"));
      expect(await versions()).toMatchObject([{ orders: 7 }]);
      await expect(warehouse.load(history, select("'seven'"))).rejects.toMatchObject({
        code: "WAREHOUSE_ROWS_REJECTED",
      });
      const absent = sql`SELECT person, name FROM ${id(schema, "people")}`;
      await expect(warehouse.load(history, absent)).rejects.toMatchObject({
        code: "CORE_SCHEMA_MISMATCH",
      });
      const unknown = sql`SELECT p.*, 1 AS more FROM ${id(schema, "people")} p`;
      await warehouse.load(history, unknown);
      await expect(
        warehouse.load(history, unknown, { unknownColumns: "error" }),
      ).rejects.toMatchObject({ code: "CORE_SCHEMA_MISMATCH" });
    });

    it.runIf(name !== "MySQL" && name !== "MariaDB")(
      "stores no value that its type has and the column has not",
      async () => {
        const warehouse = await open();
        await beside("people", [person(1)]);
        const from = sql`FROM ${id(schema, "people")}`;
        const others = raw("person, name, segment, orders, followers, score, active");
        const infinite = [
          sql`SELECT ${others}, credit, since, CAST('infinity' AS TIMESTAMPTZ) AS seen_at ${from}`,
          sql`SELECT ${others}, credit, CAST('infinity' AS DATE) AS since, seen_at ${from}`,
          sql`SELECT ${others}, credit, CAST('12000-01-01' AS DATE) AS since, seen_at ${from}`,
          ...(name === "DuckDB"
            ? []
            : [
                sql`SELECT ${others}, CAST('NaN' AS NUMERIC(12, 2)) AS credit, since, seen_at ${from}`,
              ]),
        ];
        for (const query of infinite)
          await expect(warehouse.load(history, query)).rejects.toThrow();
        expect(await versions()).toEqual([]);
      },
    );

    it("takes a comparison for a boolean, and nothing else that an engine has for one", async () => {
      const { engine } = database();
      const flags = { k: utf8(), flag: nullable(bool()) };
      const facts = dimension("dim_flag", { key: ["k"], columns: flags });
      const warehouse = await openWarehouse(engine, { facts }, { schema });
      const query = (n: string) => sql`SELECT 'a' AS k, ${raw(n)} > 1 AS flag`;
      const told: number[] = [];
      await warehouse.load(facts, query("2"), { onProgress: ({ done }) => told.push(done) });
      expect(told).toEqual([1]);
      expect(await warehouse.load(facts, [{ k: "a", flag: true }])).toMatchObject({ unchanged: 1 });
      const odd = defineTable("odd", flags);
      await engine.execute(createTable(engine.dialect, path("odd"), odd));
      if (name === "MySQL" || name === "MariaDB") {
        await engine.execute(sql`INSERT INTO ${id(schema, "odd")} VALUES ('a', 5)`);
        const five = warehouse.load(facts, engine.table(path("odd")));
        expect(
          await five.then(
            ({ unchanged }) => unchanged,
            () => 1,
          ),
        ).toBe(1);
      }
    });

    it("finds the members of facts", async () => {
      const warehouse = await open();
      await warehouse.load(history, [person(1)]);
      const { dialect } = database().engine;
      const visit = (n: number): Sql => dialect.cast(raw(String(n)), int64());
      const rows = sql`SELECT ${visit(1)} AS visit, 'p1' AS person, 5 AS minutes UNION ALL SELECT ${visit(2)}, 'p9', 6`;
      expect(await warehouse.load(visits, rows)).toMatchObject({ inserted: 2, rejected: 0 });
      const found = await database()
        .engine.query(
          sql`SELECT f.visit, d.person, d.is_inferred FROM ${id(schema, "fact_visit")} f JOIN ${id(schema, "dim_person")} d ON d.person_key = f.person_key ORDER BY f.visit`,
        )
        .rows();
      expect(found.map(({ person: who, is_inferred }) => [who, Boolean(is_inferred)])).toEqual([
        ["p1", false],
        ["p9", true],
      ]);
    });
  });
}

/** The engine, which calls a function for every load of rows. */
function countLoads(engine: SqlEngine, loaded: () => void): SqlEngine {
  const within = <T extends object>(object: T): T =>
    new Proxy(object, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        if (key === "load") loaded();
        if (key === "transaction") {
          return (run: (session: object) => unknown, ...more: unknown[]) =>
            (value as (...given: unknown[]) => unknown).call(
              target,
              (session: object) => run(within(session)),
              ...more,
            );
        }
        return value.bind(target) as unknown;
      },
    });
  return within(engine);
}
