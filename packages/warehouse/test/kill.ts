import { decimal, nullable, utf8 } from "@lakewright/core";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { calendar, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { expect } from "vitest";
import { failingAt } from "./memory.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});
const sales = fact("fact_sales", {
  grain: ["transaction_id"],
  dimensions: { user: users, date: calendar("dim_date") },
  measures: { amount: decimal(14, 2) },
});
const totals = fact("fact_totals", {
  grain: ["user_id"],
  dimensions: { user: users },
  measures: { amount: decimal(14, 2) },
  snapshot: { date: "snapshot_date", version: "snapshot_version" },
});
const star = { users, sales, totals };
const clock = { now: () => new Date("2026-11-21T12:00:00Z") };

/** Loads that change everything a load of their kind can change. */
export const loads: Readonly<Record<string, (warehouse: Warehouse) => Promise<unknown>>> = {
  members: (warehouse) =>
    warehouse.load(
      users,
      [
        { user_id: "u1", country: "BE" },
        { user_id: "u3", country: "FR" },
        { user_id: "u4", country: "FR" },
        { user_id: "u4", country: "DE" },
      ],
      { loadId: "second", at: "2026-02-01", deletes: "tombstone", maxClosedShare: 1 },
    ),
  facts: (warehouse) =>
    warehouse.load(
      sales,
      [
        { transaction_id: "t1", user_id: "u1", date: "2026-02-03", amount: "9.99" },
        { transaction_id: "t2", user_id: "u8", date: "2026-02-04", amount: "1" },
        { transaction_id: "t3", user_id: "u8", date: "2026-02-04", amount: "much" as never },
      ],
      { loadId: "second" },
    ),
  "a snapshot": (warehouse) =>
    warehouse.load(totals, [{ user_id: "u7", amount: "7" }], {
      loadId: "second",
      snapshot: { date: "2026-02-01", version: 1 },
    }),
  "the past": (warehouse) =>
    warehouse.load(users, [{ user_id: "u1", country: "IT" }], {
      loadId: "restated",
      at: "2026-01-01",
      restate: true,
    }),
};

/** Makes the tables, with something in each. */
export async function prepare(engine: SqlEngine, schema: string): Promise<void> {
  const warehouse = await openWarehouse(engine, star, { clock, schema });
  const rows = [
    { user_id: "u1", country: "FR" },
    { user_id: "u2", country: null },
  ];
  await warehouse.load(users, rows, { loadId: "first", at: "2026-01-01" });
  const sale = { transaction_id: "t1", user_id: "u1", date: "2026-01-03", amount: "1" };
  await warehouse.load(sales, [sale], { loadId: "first" });
  const options = { loadId: "first", snapshot: { date: "2026-02-01", version: 1 } };
  await warehouse.load(totals, [{ user_id: "u1", amount: "5" }], options);
}

/** Every table, row by row. Numbers of surrogate keys may have gaps, so members are shown by their natural key. */
async function contents(engine: SqlEngine, schema: string): Promise<string[]> {
  const show = async (table: string, ...without: string[]): Promise<string[]> => {
    const rows = await engine.query(sql`SELECT * FROM ${id(schema, table)}`).rows();
    return rows
      .map((row) =>
        JSON.stringify(
          Object.entries(row).filter(([name]) => !without.includes(name)),
          text,
        ),
      )
      .map((row) => (table === "_wh_loads" ? row.replace(/(rewind|delete) [\w-]{36}/, "$1") : row))
      .sort();
  };
  const text = (_: string, value: unknown): unknown =>
    typeof value === "bigint" ? `${value}` : value;
  const facts = async (table: string): Promise<string[]> => {
    const [fact, members] = [id(schema, table), id(schema, "dim_users")];
    const rows = await engine
      .query(
        sql`SELECT f.amount AS amount, u.user_id AS user_id, u.country AS country FROM ${fact} f JOIN ${members} u ON u.users_key = f.user_key`,
      )
      .rows();
    return rows.map((row) => `${table} ${JSON.stringify(row, text)}`).sort();
  };
  const tables = await engine
    .query(
      sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}`,
    )
    .rows();
  return [
    ...(await show("dim_users", "users_key")),
    ...(await show("dim_date")),
    ...(await show("fact_sales", "user_key")),
    ...(await facts("fact_sales")),
    ...(await show("fact_totals", "user_key")),
    ...(await facts("fact_totals")),
    ...(await show("_wh_loads")),
    ...(await show("_wh_rejects")),
    ...(await show("_wh_snapshots")),
    ...tables.map((row) => String(row["name"])).sort(),
  ];
}

/**
 * Runs a load again and again, each time ended before one statement more: the tables are as they were, and a last one that
 * is not ended makes of them what it makes of clean ones.
 *
 * @param ended - the engine, ended before the n-th statement of its transactions
 * @param every - how many statements apart
 */
export async function assertAllOrNothing(
  engine: SqlEngine,
  schemas: { readonly clean: string; readonly killed: string },
  load: (warehouse: Warehouse) => Promise<unknown>,
  ended: (n: number) => SqlEngine,
  every: number = 1,
): Promise<void> {
  const { clean, killed } = schemas;
  await prepare(engine, clean);
  await prepare(engine, killed);
  const before = await contents(engine, killed);

  const counting = failingAt(engine, Infinity);
  const counted = await openWarehouse(counting, star, { clock, schema: clean });
  const opening = counting.statements;
  await load(counted);
  const statements = counting.statements - opening;
  expect(statements).toBeGreaterThan(10);
  const after = await contents(engine, clean);

  for (let n = 0; n < statements; n += every) {
    const warehouse = await openWarehouse(ended(opening + n), star, { clock, schema: killed });
    await expect(load(warehouse), `statement ${n}`).rejects.toThrow();
    expect(await contents(engine, killed), `after statement ${n}`).toEqual(before);
  }
  await load(await openWarehouse(engine, star, { clock, schema: killed }));
  expect((await contents(engine, killed)).map((row) => row.replaceAll(killed, clean))).toEqual(
    after,
  );
}
