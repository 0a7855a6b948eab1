import { decimal, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { afterEach, beforeEach, expect, it } from "vitest";

const users = dimension("dim_users", {
  key: ["a", "b"],
  columns: { a: utf8(), b: utf8(), name: nullable(utf8()) },
});

let engine: SqlEngine;
let warehouse: Warehouse;
beforeEach(async () => {
  engine = duckdb(":memory:");
  warehouse = await openWarehouse(engine, { users });
});
afterEach(() => engine.close());

const rejects = () =>
  engine.query("SELECT row_index, reason, message, row_json FROM _wh_rejects ORDER BY 1").rows();

it("a row is put aside whole, with its position and what is wrong", async () => {
  const rows = [
    { a: "1", b: "1" },
    { a: null, b: "2", name: "no key" },
    { a: "3", b: 3n, name: "wrong type" },
    "no row",
  ];
  const summary = await warehouse.load(users, rows as never, { loadId: "today" });
  expect(summary).toMatchObject({ read: 4, inserted: 1, rejected: 3 });
  expect(await rejects()).toEqual([
    {
      row_index: 1n,
      reason: "invalid_value",
      message: 'Column "a": null is missing, and the column is not nullable.',
      row_json: '{"a":null,"b":"2","name":"no key"}',
    },
    expect.objectContaining({ row_index: 2n, reason: "invalid_value" }),
    expect.objectContaining({ row_index: 3n, row_json: '"no row"' }),
  ]);
});

it("equal rows count once; rows of one key that differ are all put aside, in whatever order they come", async () => {
  const rows = [
    { a: "a", b: "bc", name: "one" },
    { a: "ab", b: "c", name: "another key" },
    { a: "a", b: "bc", name: "two" },
    { a: "x", b: "y", name: "same" },
    { a: "x", b: "y", name: "same" },
  ];
  for (const [k, order] of [rows, rows.toReversed()].entries()) {
    await using other = await openWarehouse(duckdb(":memory:"), { users });
    const summary = await other.load(users, order, { loadId: `order ${k}` });
    expect(summary).toMatchObject({ read: 5, inserted: 2, rejected: 2, unchanged: 1 });
    const members = await other.engine
      .query("SELECT name FROM dim_users WHERE a IS NOT NULL")
      .rows();
    expect(members.map((row) => row["name"]).sort()).toEqual(["another key", "same"]);
  }
});

it("a load that takes no rejects fails whole, naming the first", async () => {
  const rows = [{ a: "1", b: "1" }, { a: "2" } as never];
  await expect(warehouse.load(users, rows, { onReject: "error" })).rejects.toMatchObject({
    code: "WAREHOUSE_ROWS_REJECTED",
    message: expect.stringContaining('1 row cannot be loaded into dim_users; row 1: Column "b"'),
  });
  const { n } = await engine.query("SELECT count(*) AS n FROM dim_users").row();
  expect(n).toBe(2n);
});

it("a load none of whose rows fits is undone, says why, and leaves its name to the corrected one", async () => {
  const rows = [{ a: "1" }, { b: "2" }, { name: "no key" }, { a: 4n, b: "4" }];
  await expect(warehouse.load(users, rows as never, { loadId: "today" })).rejects.toMatchObject({
    code: "WAREHOUSE_ROWS_REJECTED",
    message: expect.stringMatching(
      /^None of the 4 rows can be loaded into dim_users.* row 0: Column "b".* row 1: Column "a".* row 2: Column "a"/,
    ),
    hint: expect.stringContaining("same loadId"),
    details: { table: "dim_users", loadId: "today", rows: expect.objectContaining({ length: 4 }) },
  });
  expect(await rejects()).toEqual([]);
  expect(await engine.query("SELECT * FROM _wh_loads").rows()).toEqual([]);
  const corrected = await warehouse.load(users, [{ a: "1", b: "1" }], { loadId: "today" });
  expect(corrected).toMatchObject({ applied: true, inserted: 1 });
});

it("rows that exclude each other leave nothing to load as well, but no rows are a load of none", async () => {
  const rows = ["one", "two"].map((name) => ({ a: "1", b: "1", name }));
  await expect(warehouse.load(users, rows)).rejects.toMatchObject({
    code: "WAREHOUSE_ROWS_REJECTED",
    message: expect.stringContaining("several rows of this key"),
  });
  expect(await warehouse.load(users, [])).toMatchObject({ applied: true, read: 0 });
});

it("a load that is stopped leaves nothing", async () => {
  const stop = new AbortController();
  function* endless() {
    for (let k = 0; ; k++) {
      if (k === 70_000) stop.abort(new Error("enough"));
      yield { a: String(k), b: "" };
    }
  }
  await expect(
    warehouse.load(users, endless(), { loadId: "stopped", signal: stop.signal }),
  ).rejects.toThrow("enough");
  expect(await engine.query("SELECT * FROM _wh_loads").rows()).toEqual([]);
  expect(await warehouse.load(users, [{ a: "1", b: "" }], { loadId: "stopped" })).toMatchObject({
    applied: true,
  });
});

it("a load is stopped while its source is silent, and lets the next writer in", async () => {
  const stop = new AbortController();
  async function* silent() {
    yield { a: "1", b: "1" };
    await new Promise(() => {});
  }
  const stalled = warehouse.load(users, silent(), { loadId: "today", signal: stop.signal });
  const next = warehouse.load(users, [{ a: "2", b: "2" }]);
  setTimeout(() => stop.abort(new Error("too slow")), 50);
  await expect(stalled).rejects.toThrow("too slow");
  expect(await next).toMatchObject({ inserted: 1 });
});

it("the ledger has what a load did", async () => {
  await warehouse.load(users, [{ a: "1", b: "1" }, { a: 2 } as never], { loadId: "today" });
  const [entry] = await engine.query("SELECT * FROM _wh_loads").rows();
  expect(entry).toMatchObject({
    table_name: "dim_users",
    load_id: "today",
    read_rows: 2n,
    inserted_rows: 1n,
    rejected_rows: 1n,
    unchanged_rows: 0n,
  });
});

it("rows of a query or an Arrow batch are put aside one by one, too", async () => {
  const orders = dimension("dim_orders", {
    key: ["id"],
    columns: { id: int64(), total: decimal(14, 2), at: timestamp("us") },
  });
  const opened = await openWarehouse(engine, { orders });
  const rows = engine.query(`SELECT * FROM (VALUES
    (1::BIGINT, '10.00', TIMESTAMPTZ '2026-01-01 00:00:00+00'), (2, 'lots', TIMESTAMPTZ '2026-01-02 00:00:00+00'),
    (3, '11.255', NULL), (4, '12.00', TIMESTAMPTZ '2026-01-04 00:00:00+00'), (5, '1', NULL)) t (id, total, "at")`);
  const summary = await opened.load(orders, rows);
  expect(summary).toMatchObject({ read: 5, inserted: 2, rejected: 3 });
  const kept = await engine
    .query("SELECT id, total::VARCHAR AS total FROM dim_orders WHERE orders_key > 0 ORDER BY 1")
    .rows();
  expect(kept).toEqual([
    { id: 1n, total: "10.00" },
    { id: 4n, total: "12.00" },
  ]);
  const aside = await rejects();
  expect(aside.map((row) => [row["row_index"], row["message"]])).toEqual([
    [1n, 'Column "total": "lots" does not fit decimal(14, 2).'],
    [2n, 'Column "total": "11.255" does not fit decimal(14, 2).'],
    [4n, 'Column "at": null is missing, and the column is not nullable.'],
  ]);
  expect(JSON.parse(String(aside[1]!["row_json"]))).toMatchObject({ total: "11.255", at: null });
  const strict = opened.load(orders, engine.query("SELECT 9::BIGINT AS id, 'x' AS total"));
  await expect(strict).rejects.toMatchObject({ code: "CORE_SCHEMA_MISMATCH" });
});
