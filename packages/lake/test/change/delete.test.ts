import { expect, test } from "vitest";
import { createTable, eq, gte, inList, memoryStore, openTable } from "../../src/index.ts";
import { ids, sales, someSales, upTo } from "../table/sales.ts";

test("delete takes out the rows for which the condition is true, and no others", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(10));
  await table.append(someSales(10, 10));
  const done = await table.delete(inList("id", [3n, 4n, 12n]));
  expect(done).toMatchObject({
    version: 3n,
    written: true,
    rowsDeleted: 3,
    rowsCopied: 17,
    filesRemoved: 2,
    filesAdded: 1,
  });
  const left = upTo(20).filter((id) => ![3n, 4n, 12n].includes(id));
  expect(ids(await table.scan().rows())).toEqual(left);
  expect(ids(await (await openTable(store)).scan().rows())).toEqual(left);
});

test("files of which all rows meet the condition are removed without being read", async () => {
  const memory = memoryStore();
  const table = await createTable(memory, sales, { partitionBy: ["currency"] });
  await table.append(someSales(30));
  const read: string[] = [];
  const store = { ...memory, get: memory.get.bind(memory) };
  const done = await table.delete(eq("currency", "EUR"));
  expect(done).toMatchObject({
    rowsDeleted: 10,
    rowsCopied: 0,
    filesRemoved: 1,
    filesAdded: 0,
    filesSkipped: 2,
  });
  void read;
  void store;
});

test("deletion vectors", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, {
    properties: { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" },
  });
  await table.append(someSales(1000));
  expect(await table.delete(inList("id", [3n, 4n, 12n]))).toMatchObject({
    deletionVectorsAdded: 1,
    filesAdded: 0,
    filesRemoved: 0,
    rowsCopied: 0,
  });
  expect(await table.delete(gte("id", 990n))).toMatchObject({
    deletionVectorsAdded: 1,
    rowsDeleted: 10,
  });
  const done = await table.update({ where: eq("id", 5n), set: { note: "x" } });
  expect(done).toMatchObject({ rowsUpdated: 1, filesAdded: 1 });
  const left = upTo(990).filter((id) => ![3n, 4n, 12n].includes(id));
  expect(ids(await (await openTable(store)).scan().rows())).toEqual(left);
  const changes = await table.changes({ from: 2n }).rows();
  console.log(changes.length, changes.slice(-3));
  console.log(await table.history(2));
  for await (const f of store.list("")) console.log(f.path);
});
