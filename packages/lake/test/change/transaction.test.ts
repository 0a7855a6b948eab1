import { describe, expect, test } from "vitest";
import {
  type ChangeOptions,
  createTable,
  eq,
  inList,
  type LakeTable,
  memoryStore,
  type Store,
} from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";

type Sales = LakeTable<typeof sales>;

const open = (store: Store): Promise<Sales> => createTable(store, sales, { ifExists: "open" });

const verbs = {
  delete: (table: Sales, options: ChangeOptions) => table.delete(inList("id", [3n, 4n]), options),
  update: (table: Sales, options: ChangeOptions) =>
    table.update({ where: eq("id", 3n), set: { note: "changed" }, ...options }),
  merge: (table: Sales, options: ChangeOptions) =>
    table.merge(someSales(4, 8), {
      on: ["id"],
      whenMatched: "update",
      whenNotMatched: "insert",
      ...options,
    }),
};

describe.each(Object.entries(verbs))("%s with a transaction", (_, change) => {
  test("happens once, also where the same rows came back", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    await table.append(someSales(10));
    const txn = { appId: "loader", version: 7 };
    expect(await change(table, { txn })).toMatchObject({ version: 2n, written: true });
    await table.overwrite(someSales(10));
    const before = await table.scan().rows();
    for (const again of [table, await open(store)]) {
      expect(await change(again, { txn })).toMatchObject({
        version: 3n,
        written: false,
        rowsDeleted: 0,
        rowsUpdated: 0,
        rowsInserted: 0,
      });
    }
    expect((await change(table, { txn: { appId: "loader", version: 6n } })).written).toBe(false);
    expect(await table.scan().rows()).toEqual(before);
    expect((await change(table, { txn: { appId: "loader", version: 8n } })).written).toBe(true);
    expect((await open(store)).transactions).toEqual(new Map([["loader", 8n]]));
  });

  test("of three that race, those that lost change nothing and say so", async () => {
    const store = memoryStore();
    const first = await createTable(store, sales);
    await first.append(someSales(10));
    const tables = await Promise.all([open(store), open(store), open(store)]);
    const txn = { appId: "loader", version: 1n };
    const results = await Promise.all(tables.map((table) => change(table, { txn })));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(results.map(({ version }) => version)).toEqual([2n, 2n, 2n]);
    await first.refresh();
    // Before and after: what the others wrote is gone.
    expect(new Set(await dataFiles(store)).size).toBe(1 + first.files().length);
  });

  test("refuses one that is none, and says which part", async () => {
    const table = await createTable(memoryStore(), sales);
    await expect(change(table, { txn: { appId: "", version: 1 } })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining("appId") as string,
    });
    await expect(change(table, { txn: { appId: "a", version: 1.5 } })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining("1.5") as string,
    });
    expect(table.version).toBe(0n);
  });
});

test("a change that finds no row is noted all the same: rows that come later are not its own", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(3));
  const txn = { appId: "cleaner", version: 1n };
  const where = eq("id", 5n);
  expect(await table.delete(where, { txn })).toMatchObject({ version: 2n, rowsDeleted: 0 });
  await table.append(someSales(3, 3));
  expect(await table.delete(where, { txn })).toMatchObject({ version: 3n, written: false });
  expect(ids(await table.scan().rows())).toEqual(upTo(6));
});
