import { beforeEach, expect, test, vi } from "vitest";
import type * as lakePackage from "../../src/index.ts";
import { createTable, memoryStore, type Store, writeDataset } from "../../src/index.ts";
import { ids, sales, someSales } from "../table/sales.ts";

type Lake = typeof lakePackage;

let store: Store;
/** The package as a page has it that has evaluated no expression yet. */
let fresh: Lake;
beforeEach(async () => {
  store = memoryStore();
  const lake = await createTable(store.at("sales"), sales, {
    properties: { "delta.enableChangeDataFeed": "true" },
  });
  await lake.append(someSales(10));
  await writeDataset(store.at("files"), sales, someSales(10));
  vi.resetModules();
  fresh = await import("../../src/index.ts");
});

const wanted = [6n, 7n, 8n, 9n];

test("a scan whose condition is an expression loads what evaluates it", async () => {
  const { and, not, openTable, sql } = fresh;
  const lake = await openTable(store.at("sales"));
  const where = and(not(sql("id + 1 <= 6")), sql("id / 2 > 2.5"));
  expect(ids(await lake.scan({ where, columns: ["id"] }).rows())).toEqual(wanted);
  expect(ids(await lake.scan({ where, asOf: { version: 1n } }).rows())).toEqual(wanted);
  expect(ids(await lake.scan({ where }).rows())).toEqual(wanted);
});

test("a dataset does, and a change feed", async () => {
  const { openDataset, sql } = fresh;
  const dataset = await openDataset(store.at("files"));
  expect(ids(await dataset.scan({ where: sql("id * 2 > 10") }).rows())).toEqual(wanted);
  vi.resetModules();
  const { openTable } = await import("../../src/index.ts");
  const lake = await openTable(store.at("sales"));
  expect(ids(await lake.changes({ from: 1n, where: sql("id * 2 > 10") }).rows())).toEqual(wanted);
});

test("an expression that cannot be bound is an error of the reading", async () => {
  const { openTable, sql } = fresh;
  const lake = await openTable(store.at("sales"));
  await expect(lake.scan({ where: sql("nothing > 1") }).rows()).rejects.toThrow("nothing");
});
