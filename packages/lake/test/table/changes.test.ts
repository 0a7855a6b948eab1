import { expect, test } from "vitest";
import { createTable, eq, memoryStore, openTable } from "../../src/index.ts";
import { sales, someSales } from "./sales.ts";

const feed = { properties: { "delta.enableChangeDataFeed": "true" } };

test("appends are inserts and an overwrite deletes and inserts, each with its version", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { ...feed, partitionBy: ["currency"] });
  await table.append(someSales(2));
  await table.overwrite(someSales(1, 5));
  const rows = await table.changes({ from: 0n }).rows();
  expect(rows.map((row) => [row._commit_version, row._change_type, row.id, row.currency])).toEqual([
    [1n, "insert", 0n, "EUR"],
    [1n, "insert", 1n, "USD"],
    [2n, "insert", 5n, "GBP"],
    [2n, "delete", 0n, "EUR"],
    [2n, "delete", 1n, "USD"],
  ]);
  const [, last] = await table.history(2);
  expect(rows[0]!._commit_timestamp).toBe(BigInt(last!.timestamp.getTime()) * 1000n);
});

test("a range, columns and a condition are kept to", async () => {
  const table = await createTable(memoryStore(), sales, feed);
  for (let k = 0; k < 4; k++) await table.append(someSales(3, 3 * k));
  const scan = table.changes({ from: 2n, to: 3n, columns: ["id"], where: eq("currency", "EUR") });
  expect((await scan.rows()).map(({ _commit_timestamp: _, ...row }) => row)).toEqual([
    { id: 3n, _change_type: "insert", _commit_version: 2n },
    { id: 6n, _change_type: "insert", _commit_version: 3n },
  ]);
  expect(scan.metrics.filesRead).toBe(2);
});

test("a table without a change feed says so", async () => {
  const table = await createTable(memoryStore(), sales);
  await table.append(someSales(1));
  await expect(table.changes({ from: 0n }).rows()).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
    details: { version: 0n },
  });
});

test.each([
  [{ from: 2n, to: 1n }, "LAKE_INVALID_OPTION"],
  [{ from: -1n }, "LAKE_INVALID_OPTION"],
  [{ from: 1 as never }, "LAKE_INVALID_OPTION"],
  [{ from: 0n, to: 9n }, "LAKE_VERSION_NOT_FOUND"],
])("the range %# is refused", async (range, code) => {
  const table = await createTable(memoryStore(), sales, feed);
  await expect(table.changes(range).rows()).rejects.toMatchObject({ code });
});

test("a table opened as of a version tells the changes up to it", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, feed);
  await table.append(someSales(2));
  await table.append(someSales(2, 2));
  const past = await openTable(store, { asOf: { version: 1n } });
  expect(await past.changes({ from: 0n }).rows()).toHaveLength(2);
});
