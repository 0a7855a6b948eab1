import { decimal, toBatch, utf8 } from "@lakewright/core";
import { mysql } from "@lakewright/sql/mysql";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { afterAll, expect, it } from "vitest";
import { startMysql } from "../../../tools/services/mysql.ts";

const server = await startMysql().catch((error: unknown) => {
  console.warn(`MySQL is skipped: ${String(error)}`);
  return undefined;
});
afterAll(() => server?.stop());

const users = dimension("dim_users", { key: ["user_id"], columns: { user_id: utf8() } });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { user: users },
  measures: { amount: decimal(10, 2) },
});

it.skipIf(server === undefined)(
  "a sink takes a write of a hundred partitions where keys are short, and puts its bad rows aside",
  async () => {
    await using warehouse = await openWarehouse(mysql(await server!.createDatabase()), { sales });
    const sink = warehouse.sink(sales, { mode: "append" });
    const at = (position: bigint): Map<string, bigint> =>
      new Map(Array.from({ length: 100 }, (_, k) => [`orders-of-europe-${k}`, position]));
    const batches = [toBatch(sales.input, [{ sale: "a", user_id: "u1", amount: "1" }])];
    const consumer = "a consumer with a name of its own, longer than most of the names there are";
    const first = { consumer, from: new Map(), to: at(1n) };
    expect(await sink.write(batches, first)).toMatchObject({ written: true, rows: 1 });
    const second = { consumer, from: at(1n), to: at(2n) };
    expect(await sink.write(batches, second)).toMatchObject({ written: true, rows: 1 });
    expect(await sink.positions(consumer)).toEqual(at(2n));
    const rejected = await warehouse.engine.query("SELECT reason FROM _wh_rejects").rows();
    expect(rejected).toEqual([{ reason: "already_there" }]);
  },
);
