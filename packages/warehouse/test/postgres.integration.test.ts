import { decimal, nullable, timestamp, toBatch, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import { calendar, dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tools/services/postgres.ts";
import { failingAt } from "./memory.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: { user_id: utf8(), country: nullable(utf8()) },
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

describe("a warehouse on Postgres", () => {
  let server: PostgresServer | undefined;
  let engine: SqlEngine;
  let schema = "";
  let schemas = 0;

  beforeAll(async () => {
    try {
      server = await startPostgres();
      engine = postgres(await server.createDatabase());
    } catch (error) {
      console.warn(`Skipped, there is no Postgres here: ${String(error)}`);
    }
  });
  beforeEach((context) => {
    if (server === undefined) context.skip();
    schema = `w${++schemas}`;
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  const sale = (name: string, user_id: string, sold_at = "2026-01-20T12:00:00Z") => ({
    sale: name,
    user_id,
    sold_at,
    amount: "1.00",
  });
  const one = async (query: string): Promise<unknown> =>
    Object.values(await engine.query(query.replaceAll("$", schema)).row())[0];

  it("finds versions by the moment of a fact, and infers members and days", async () => {
    const warehouse = await openWarehouse(engine, { sales }, { schema });
    await warehouse.load(users, [{ user_id: "u1", country: "FR" }], { at: "2026-01-10" });
    await warehouse.load(users, [{ user_id: "u1", country: "BE" }], { at: "2026-02-10" });
    const summary = await warehouse.load(sales, [
      sale("before", "u1", "2025-01-01T00:00:00Z"),
      sale("first", "u1"),
      sale("second", "u1", "2026-02-10T00:00:00Z"),
      sale("inferred", "u9"),
      { ...sale("bad", "u1"), amount: "much" as never },
    ]);
    expect(summary).toMatchObject({ inserted: 4, rejected: 1 });
    const lines = await one(
      "SELECT string_agg(sale || ' ' || coalesce(country, '?') || ' ' || day_key, ', ' ORDER BY sale) FROM $.fact_sales JOIN $.dim_users USING (user_key)",
    );
    expect(lines).toBe(
      "before FR 20250101, first FR 20260120, inferred ? 20260120, second BE 20260210",
    );
    expect(await one("SELECT row_json FROM $._wh_rejects")).toContain('"amount":"much"');
  });

  it("is loaded from a query of the same server", async () => {
    const warehouse = await openWarehouse(engine, { users }, { schema });
    const query = engine.query(
      "SELECT 'u' || i AS user_id, 'FR' AS country FROM generate_series(1, 3000) i",
    );
    expect(await warehouse.load(users, query)).toMatchObject({ inserted: 3000 });
    const again = engine.query(
      `SELECT user_id, country FROM ${schema}.dim_users WHERE user_key > 0`,
    );
    expect(await warehouse.load(users, again)).toMatchObject({ unchanged: 3000 });
  });

  it("says the difference of a table that is there, and opens one that is the same", async () => {
    await openWarehouse(engine, { sales }, { schema });
    await openWarehouse(engine, { sales }, { schema });
    const other = dimension("dim_users", {
      key: ["user_id"],
      versioning: "scd2",
      surrogateKey: "user_key",
      columns: { user_id: utf8(), country: nullable(decimal(5, 2)) },
    });
    await expect(openWarehouse(engine, { other }, { schema })).rejects.toMatchObject({
      code: "WAREHOUSE_SCHEMA_MISMATCH",
      message: `Table ${schema}.dim_users is not as defined: "country" is text, defined as numeric(5,2).`,
    });
  });

  it("may be opened by many at once where nothing is there yet", async () => {
    const opened = await Promise.all(
      [1, 2, 3].map(() => openWarehouse(engine, { sales }, { schema })),
    );
    expect(opened).toHaveLength(3);
    expect(await one("SELECT count(*) FROM $.dim_users")).toBe(2n);
  });

  it("has one open version a member, whoever writes", async () => {
    const warehouse = await openWarehouse(engine, { users }, { schema });
    await Promise.all(
      Array.from({ length: 6 }, (_, k) =>
        warehouse.load(users, [{ user_id: "u1", country: `c${k}` }], { loadId: `load ${k}` }),
      ),
    );
    expect(await one("SELECT count(*) FROM $.dim_users WHERE user_id = 'u1'")).toBe(6n);
    expect(
      await one("SELECT count(*) FROM $.dim_users WHERE user_id = 'u1' AND valid_to IS NULL"),
    ).toBe(1n);
    expect(
      await one(
        "SELECT count(*) FROM $.dim_users a JOIN $.dim_users b ON a.user_id = b.user_id AND a.valid_to = b.valid_from",
      ),
    ).toBe(5n);
    const second = `INSERT INTO ${schema}.dim_users (user_id, valid_from, is_current, is_inferred) VALUES ('u1', now(), TRUE, FALSE)`;
    await expect(engine.execute(second)).rejects.toMatchObject({ code: "SQL_CONSTRAINT" });
  });

  it("infers a member once for facts that are loaded at the same time", async () => {
    const warehouse = await openWarehouse(engine, { sales }, { schema });
    await Promise.all(
      Array.from({ length: 4 }, (_, k) => warehouse.load(sales, [sale(`s${k}`, "new")])),
    );
    expect(await one("SELECT count(*) FROM $.dim_users WHERE user_id = 'new'")).toBe(1n);
    expect(await one("SELECT count(*) FROM $.fact_sales")).toBe(4n);
  });

  it.each(["auto", "enforce", "off"] as const)(
    "checks foreign keys as asked for: %s",
    async (fkMode) => {
      const warehouse = await openWarehouse(engine, { sales }, { schema, fkMode });
      const keys = (): Promise<unknown> =>
        one(
          "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = '$'",
        );
      const expected = fkMode === "off" ? 0n : 2n;
      expect(await keys()).toBe(expected);
      const many = Array.from({ length: 500 }, (_, k) => sale(`s${k}`, `u${k % 50}`));
      await warehouse.load(sales, many);
      expect(await keys()).toBe(expected);
      await warehouse.load(sales, [sale("one more", "u1")]);
      expect(await keys()).toBe(expected);
      await engine.execute(`DELETE FROM ${schema}.dim_users WHERE user_id = 'u1'`);
      expect(await one("SELECT count(*) FROM $.fact_sales")).toBe(fkMode === "off" ? 501n : 490n);
    },
  );

  it("adds the foreign keys that tables were made without", async () => {
    const count =
      "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = '$'";
    const without = await openWarehouse(engine, { sales }, { schema, fkMode: "off" });
    await without.load(sales, [sale("a", "u1"), sale("b", "u2")]);
    expect(await one(count)).toBe(0n);
    const warehouse = await openWarehouse(engine, { sales }, { schema });
    expect(await one(count)).toBe(2n);
    expect(await warehouse.delete(users, [{ user_id: "u1" }])).toEqual({
      versions: 1,
      facts: { fact_sales: 1 },
    });
  });

  it("puts a row aside whose text Postgres cannot hold, and loads the others", async () => {
    const warehouse = await openWarehouse(engine, { users }, { schema });
    const rows = [{ user_id: "u0" }, { user_id: "u1", country: "F\0R" }, { user_id: "u2" }];
    const summary = await warehouse.load(users, rows);
    expect(summary).toMatchObject({ read: 3, inserted: 2, rejected: 1 });
    expect(await one("SELECT message FROM $._wh_rejects WHERE row_index = 1")).toBe(
      'Column "country": "F\\u0000R" has the character U+0000, which the engine cannot hold.',
    );
  });

  it("lets pipelines and loads of the same tables take turns", async () => {
    const warehouse = await openWarehouse(engine, { sales }, { schema });
    const batch = toBatch(sales.input, [sale("from the sink", "u1")]);
    const range = { consumer: "c", from: new Map(), to: new Map([["p", 1n]]) };
    const written = await Promise.all([
      warehouse.sink(sales).write([batch], range),
      warehouse.sink(sales).write([batch], range),
      ...Array.from({ length: 4 }, (_, k) => warehouse.load(sales, [sale(`s${k}`, `u${k}`)])),
      warehouse.load(users, [{ user_id: "u1" }]),
    ]);
    expect(written.slice(0, 2).map((write) => "written" in write && write.written)).toContain(true);
    expect(await one("SELECT count(*) FROM $.fact_sales")).toBe(5n);
  });

  it("keeps members that facts refer to where they restrict", async () => {
    const kept = fact("fact_kept", {
      grain: ["id"],
      dimensions: { user: users },
      measures: { amount: decimal(10, 2) },
      onDelete: "restrict",
    });
    const warehouse = await openWarehouse(engine, { kept }, { schema });
    await warehouse.load(kept, [{ id: "x", user_id: "u1", amount: "1" }]);
    await expect(engine.execute(`DELETE FROM ${schema}.dim_users`)).rejects.toMatchObject({
      code: "SQL_CONSTRAINT",
    });
  });

  it("leaves nothing of a load that dies at any statement", async () => {
    const counting = failingAt(engine, Infinity);
    const load = async (through: SqlEngine, id: string, into: string) => {
      const warehouse = await openWarehouse(through, { sales }, { schema: into });
      const opening = counting.statements;
      await warehouse.load(sales, [sale("a", "u1"), sale("b", "u2")], { loadId: id });
      return opening;
    };
    const opening = await load(engine, "warm up", schema).then(() => load(counting, "x", schema));
    const statements = counting.statements - opening;
    const fresh = `${schema}_fresh`;
    await openWarehouse(engine, { sales }, { schema: fresh });
    for (let n = 0; n < statements; n++) {
      await expect(load(failingAt(engine, opening + n), "x", fresh)).rejects.toThrow("broke");
    }
    const count = async (table: string): Promise<unknown> =>
      (await engine.query(`SELECT count(*) AS n FROM ${fresh}.${table}`).row())["n"];
    expect(await count("fact_sales")).toBe(0n);
    expect(await count("dim_users")).toBe(2n);
    expect(await count("dim_date")).toBe(2n);
    expect(await count("_wh_loads")).toBe(0n);
    await load(engine, "x", fresh);
    expect(await count("fact_sales")).toBe(2n);
  });
});
