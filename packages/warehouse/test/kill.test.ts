import { decimal, nullable, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { calendar, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";
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

const loads: readonly ((warehouse: Warehouse) => Promise<unknown>)[] = [
  (warehouse) =>
    warehouse.load(
      users,
      [
        { user_id: "u1", country: "BE" },
        { user_id: "u3", country: "FR" },
        { user_id: "u4", country: "FR" },
        { user_id: "u4", country: "DE" },
      ],
      { loadId: "second", at: "2026-02-01", deletes: "close", maxClosedShare: 1 },
    ),
  (warehouse) =>
    warehouse.load(
      sales,
      [
        { transaction_id: "t1", user_id: "u1", date: "2026-02-03", amount: "9.99" },
        { transaction_id: "t2", user_id: "u8", date: "2026-02-04", amount: "1" },
        { transaction_id: "t3", user_id: "u8", date: "2026-02-04", amount: "much" as never },
      ],
      { loadId: "second" },
    ),
  (warehouse) =>
    warehouse.load(totals, [{ user_id: "u7", amount: "7" }], {
      loadId: "second",
      snapshot: { date: "2026-02-01", version: 1 },
    }),
];

async function prepared(): Promise<SqlEngine> {
  const engine = duckdb(":memory:");
  const warehouse = await openWarehouse(engine, star, { clock });
  const rows = [
    { user_id: "u1", country: "FR" },
    { user_id: "u2", country: null },
  ];
  await warehouse.load(users, rows, { loadId: "first", at: "2026-01-01" });
  const sale = { transaction_id: "t1", user_id: "u1", date: "2026-01-03", amount: "1" };
  await warehouse.load(sales, [sale], { loadId: "first" });
  const options = { loadId: "first", snapshot: { date: "2026-02-01", version: 1 } };
  await warehouse.load(totals, [{ user_id: "u1", amount: "5" }], options);
  return engine;
}

/** Every table, row by row. Numbers of surrogate keys may have gaps, so members are shown by their natural key. */
async function contents(engine: SqlEngine): Promise<string[]> {
  const show = async (query: string): Promise<string[]> =>
    (await engine.query(query).rows())
      .map((row) =>
        JSON.stringify(row, (_, value: unknown) =>
          typeof value === "bigint" ? `${value}` : value,
        ),
      )
      .sort();
  const member = "JOIN dim_users u ON u.users_key = f.user_key";
  return [
    ...(await show("SELECT * EXCLUDE (users_key) FROM dim_users")),
    ...(await show("SELECT * FROM dim_date")),
    ...(await show(
      `SELECT f.* EXCLUDE (user_key), u.user_id, u.country FROM fact_sales f ${member}`,
    )),
    ...(await show(`SELECT f.* EXCLUDE (user_key), u.country FROM fact_totals f ${member}`)),
    ...(await show("SELECT * FROM _wh_loads")),
    ...(await show("SELECT * FROM _wh_rejects")),
    ...(await show("SELECT * FROM _wh_snapshots")),
    ...(await show("SELECT table_name FROM information_schema.tables")),
  ];
}

it.each(loads.map((load, k) => [["members", "facts", "a snapshot"][k]!, load] as const))(
  "a load of %s that dies at any statement leaves what was there, and is whole when it is run again",
  async (_, load) => {
    await using engine = await prepared();
    await using clean = await prepared();
    const before = await contents(engine);
    await load(await openWarehouse(clean, star, { clock }));
    const after = await contents(clean);

    const counting = failingAt(await prepared(), Infinity);
    const counted = await openWarehouse(counting, star, { clock });
    const opening = counting.statements;
    await load(counted);
    const statements = counting.statements - opening;
    await counting.close();
    expect(statements).toBeGreaterThan(10);

    for (let n = 0; n < statements; n++) {
      const failing = failingAt(engine, opening + n);
      const warehouse = await openWarehouse(failing, star, { clock });
      await expect(load(warehouse), `statement ${n}`).rejects.toThrow("the connection broke");
      expect(await contents(engine), `after statement ${n}`).toEqual(before);
    }
    await load(await openWarehouse(engine, star, { clock }));
    expect(await contents(engine)).toEqual(after);
  },
  60_000,
);
