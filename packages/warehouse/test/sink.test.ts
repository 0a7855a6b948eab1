import { decimal, type PositionRange, toBatch, utf8 } from "@lakewright/core";
import { readReplicas } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";

const users = dimension("dim_users", { key: ["user_id"], columns: { user_id: utf8() } });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users },
  measures: { amount: decimal(10, 2) },
});

const batch = (...names: string[]) =>
  toBatch(
    sales.input,
    names.map((sale) => ({ sale, user_id: "u1", amount: "1" })),
  );
const at = (position: bigint) => new Map([["topic-0", position]]);

it("a sink writes rows and positions together, and tells a writer that came too late where it stands", async () => {
  await using warehouse = await openWarehouse(duckdb(":memory:"), { sales });
  const sink = warehouse.sink(sales);
  expect(await sink.positions("orders")).toEqual(new Map());

  const first = { consumer: "orders", from: new Map(), to: at(2n) };
  const written = await sink.write([batch("a", "b")], first);
  const version = expect.stringMatching(/^orders@[0-9a-f]{32}$/) as string;
  expect(written).toEqual({ written: true, rows: 2, version });
  expect(await sink.positions("orders")).toEqual(at(2n));
  expect(await sink.positions("others")).toEqual(new Map());

  const again = await sink.write([batch("a", "b")], first);
  expect(again).toEqual({ written: false, positions: at(2n) });

  const second = { consumer: "orders", from: at(2n), to: at(5n) };
  expect(await sink.write([], second)).toMatchObject({ written: true, rows: 0 });
  expect(await sink.positions("orders")).toEqual(at(5n));
  const { n } = await warehouse.engine.query("SELECT count(*) AS n FROM fact_sales").row();
  expect(n).toBe(2n);
});

it("positions are read where they were written, not from a replica that is behind", async () => {
  const replica = duckdb(":memory:");
  await openWarehouse(replica, { sales });
  const engine = readReplicas(duckdb(":memory:"), [replica]);
  await using warehouse = await openWarehouse(engine, { sales });
  const sink = warehouse.sink(sales);
  await sink.write([batch("a")], { consumer: "c", from: new Map(), to: at(1n) });
  expect(await sink.positions("c")).toEqual(at(1n));
});

it("a write none of whose rows can be loaded puts them aside and moves on: a stream is not blocked", async () => {
  await using warehouse = await openWarehouse(duckdb(":memory:"), { sales });
  const sink = warehouse.sink(sales, { mode: "append" });
  await sink.write([batch("a")], { consumer: "c", from: new Map(), to: at(1n) });
  const again = await sink.write([batch("a")], { consumer: "c", from: at(1n), to: at(2n) });
  expect(again).toMatchObject({ written: true, rows: 1 });
  expect(await sink.positions("c")).toEqual(at(2n));
  const rejected = warehouse.engine.query("SELECT reason FROM _wh_rejects");
  expect(await rejected.rows()).toEqual([{ reason: "already_there" }]);
});

it("a write that fails moves nothing", async () => {
  await using warehouse = await openWarehouse(duckdb(":memory:"), { sales });
  const sink = warehouse.sink(sales, { onReject: "error", mode: "append" });
  await sink.write([batch("a")], { consumer: "c", from: new Map(), to: at(1n) });
  await expect(
    sink.write([batch("a", "b")], { consumer: "c", from: at(1n), to: at(3n) }),
  ).rejects.toMatchObject({ code: "WAREHOUSE_ROWS_REJECTED" });
  expect(await sink.positions("c")).toEqual(at(1n));
});

it("a load is named by its consumer and its range, short however many partitions, in any order", async () => {
  const named = async (range: PositionRange): Promise<string> => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), { sales });
    const written = await warehouse.sink(sales).write([batch("a")], range);
    const { load_id } = await warehouse.engine
      .query("SELECT load_id FROM _wh_loads WHERE table_name = 'fact_sales'")
      .row();
    expect(written).toMatchObject({ written: true, version: load_id });
    return String(load_id);
  };
  const partitions = Array.from({ length: 40 }, (_, k): [string, bigint] => [
    `orders-of-europe-${k}`,
    9n,
  ]);
  const range = { consumer: "orders", from: new Map(), to: new Map(partitions) };
  const name = await named(range);
  expect(name.length).toBeLessThan(100);
  expect(await named({ ...range, to: new Map(partitions.toReversed()) })).toBe(name);
  const further = new Map(partitions).set("orders-of-europe-7", 10n);
  const long = "o".repeat(200);
  const others = await Promise.all([
    named({ ...range, to: further }),
    named({ ...range, to: new Map([["a", 1n]]) }),
    named({ ...range, to: new Map([["a:1,b", 1n]]) }),
    named({ ...range, consumer: `${long}a` }),
    named({ ...range, consumer: `${long}b` }),
  ]);
  expect(new Set([name, ...others]).size).toBe(6);
  for (const other of others) expect(other.length).toBeLessThan(100);
});
