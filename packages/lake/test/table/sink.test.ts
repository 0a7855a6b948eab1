import { toBatch } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { createTable, memoryStore, openTable, type Store } from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "./sales.ts";

const at = (positions: Record<string, bigint>): Map<string, bigint> =>
  new Map(Object.entries(positions));
const batch = (count: number, from = 0): ReturnType<typeof toBatch> =>
  toBatch(sales, someSales(count, from));
const rowsOf = async (store: Store): Promise<bigint[]> =>
  ids(await (await openTable(store)).scan().rows());

describe("a table as a sink", () => {
  test("moves the positions of several partitions with the rows, in one commit", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    expect(await table.positions("pipe")).toEqual(new Map());
    const written = await table.write([batch(4), batch(4, 4)], {
      consumer: "pipe",
      from: at({}),
      to: at({ "topic/0": 5n, "topic/1": 3n }),
    });
    expect(written).toEqual({ written: true, rows: 8, version: "1" });
    expect(await rowsOf(store)).toEqual(upTo(8));
    const other = await openTable(store);
    expect(await other.positions("pipe")).toEqual(at({ "topic/0": 5n, "topic/1": 3n }));
    expect(await other.positions("another")).toEqual(new Map());
    expect(other.transactions.get("pipe/topic/0")).toBe(5n);
  });

  test("recognises a range that was written before", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    const range = { consumer: "pipe", from: at({}), to: at({ p: 4n }) };
    await table.write([batch(4)], range);
    const again = await (await openTable(store)).write([batch(4)], range);
    expect(again).toEqual({ written: false, positions: at({ p: 4n }) });
    expect(await rowsOf(store)).toEqual(upTo(4));
    expect(await dataFiles(store)).toHaveLength(1);
  });

  test.each([
    ["a gap", at({ p: 7n }), at({ p: 9n })],
    ["an overlap", at({ p: 3n }), at({ p: 9n })],
    ["a beginning", at({}), at({ p: 9n })],
  ])("refuses %s after other positions", async (_, from, to) => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.write([batch(4)], { consumer: "pipe", from: at({}), to: at({ p: 4n }) });
    expect(await table.write([batch(2, 4)], { consumer: "pipe", from, to })).toEqual({
      written: false,
      positions: at({ p: 4n }),
    });
    expect(await rowsOf(store)).toEqual(upTo(4));
  });

  test("moves positions where every record was filtered out", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.write([], { consumer: "pipe", from: at({}), to: at({ p: 100n }) });
    expect(await (await openTable(store)).positions("pipe")).toEqual(at({ p: 100n }));
    expect(table.version).toBe(1n);
  });

  test("of two writers of one range, one writes", async () => {
    const store = memoryStore();
    await createTable(store, sales, { partitionBy: ["currency"] });
    const writers = await Promise.all([openTable(store), openTable(store), openTable(store)]);
    const range = { consumer: "pipe", from: at({}), to: at({ a: 2n, b: 2n }) };
    const results = await Promise.all(writers.map((table) => table.write([batch(4)], range)));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    for (const result of results) {
      if (!result.written) expect(result.positions).toEqual(at({ a: 2n, b: 2n }));
    }
    expect(await rowsOf(store)).toEqual(upTo(4));
    expect(await dataFiles(store)).toHaveLength(3);
  });

  test("writers of different partitions do not hinder each other", async () => {
    const store = memoryStore();
    await createTable(store, sales);
    await Promise.all(
      Array.from({ length: 6 }, async (_, k) => {
        const table = await openTable(store);
        for (let n = 0; n < 4; n++) {
          const from = n === 0 ? at({}) : at({ [`p${k}`]: BigInt(n) });
          const to = at({ [`p${k}`]: BigInt(n + 1) });
          const result = await table.write([batch(5, 20 * k + 5 * n)], {
            consumer: "pipe",
            from,
            to,
          });
          expect(result.written).toBe(true);
        }
      }),
    );
    expect(await rowsOf(store)).toEqual(upTo(120));
    expect((await openTable(store)).version).toBe(24n);
  });

  test("consumers whose names contain each other are kept apart", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.write([], { consumer: "a", from: at({}), to: at({ "b/c": 1n }) });
    await table.write([], { consumer: "a/b", from: at({}), to: at({ c: 2n }) });
    expect(await table.positions("a")).toEqual(at({ "b/c": 1n }));
    expect(await table.positions("a/b")).toEqual(at({ c: 2n }));
  });

  test("a position that would go back is a mistake", async () => {
    const table = await createTable(memoryStore(), sales);
    await expect(
      table.write([], { consumer: "pipe", from: at({ p: 5n }), to: at({ p: 4n }) }),
    ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });

  test("positions survive checkpoints", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { checkpointInterval: 2 });
    for (let n = 0; n < 5; n++) {
      const from = n === 0 ? at({}) : at({ p: BigInt(n) });
      await table.write([batch(1, n)], { consumer: "pipe", from, to: at({ p: BigInt(n + 1) }) });
    }
    expect(await (await openTable(store)).positions("pipe")).toEqual(at({ p: 5n }));
  });
});
