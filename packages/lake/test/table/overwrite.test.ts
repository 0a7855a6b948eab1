import { defineTable, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import {
  and,
  between,
  createTable,
  eq,
  gt,
  gte,
  lt,
  memoryStore,
  openTable,
  or,
} from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "./sales.ts";

test("overwrite replaces all rows in one commit, and the version before stays", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  await table.append(someSales(30));
  expect(await table.overwrite(someSales(5, 100))).toMatchObject({ version: 2n, rows: 5 });
  expect(ids(await table.scan().rows())).toEqual([100n, 101n, 102n, 103n, 104n]);
  const past = await openTable(store, { asOf: { version: 1n } });
  expect(ids(await past.scan().rows())).toEqual(upTo(30));
});

test("overwrite with nothing empties the table", async () => {
  const table = await createTable(memoryStore(), sales);
  await table.append(someSales(3));
  expect(await table.overwrite([])).toMatchObject({ version: 2n, files: 0, written: true });
  expect(await table.scan().rows()).toEqual([]);
});

test("overwrite of partitions leaves the others alone", async () => {
  const table = await createTable(memoryStore(), sales, { partitionBy: ["currency"] });
  await table.append(someSales(9));
  const euros = someSales(3, 90).map((sale) => ({ ...sale, currency: "EUR" as const }));
  await table.overwrite(euros, { where: eq("currency", "EUR") });
  expect(ids(await table.scan().rows())).toEqual([1n, 2n, 4n, 5n, 7n, 8n, 90n, 91n, 92n]);
});

test("overwrite of partitions takes values that JSON does not have", async () => {
  const table = defineTable("t", { id: int64(), at: timestamp(), note: nullable(utf8()) });
  const lake = await createTable(memoryStore(), table, { partitionBy: ["id", "at"] });
  await lake.append([
    { id: 1, at: 5n },
    { id: 2, at: 5n },
  ]);
  const big = 2n ** 60n + 1n;
  await lake.append([{ id: big, at: 7n }]);
  await lake.overwrite([{ id: big, at: 7n, note: "new" }], {
    where: and(eq("id", big), gt("at", 6n)),
  });
  const rows = await lake.scan({ where: eq("id", big) }).rows();
  expect(rows).toEqual([{ id: big, at: 7n, note: "new" }]);
  expect((await lake.history(1))[0]!.parameters["predicate"]).toContain(String(big));
});

test("overwrite of partitions refuses rows of others, and writes nothing", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  await table.append(someSales(9));
  const files = await dataFiles(store);
  await expect(
    table.overwrite(someSales(2), { where: eq("currency", "EUR") }),
  ).rejects.toMatchObject({ code: "LAKE_INVALID_VALUE" });
  expect(await dataFiles(store)).toEqual(files);
});

test("overwrite of the rows that meet a condition keeps the others of their files", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(10));
  await table.append(someSales(10, 10));
  await table.append(someSales(10, 20));
  const done = await table.overwrite([...someSales(1, 5), ...someSales(2, 100)], {
    where: or(between("id", 4n, 11n), gte("id", 100n)),
  });
  expect(done).toMatchObject({ version: 4n, written: true, rows: 3 });
  const kept = [...upTo(4), 5n, ...upTo(30).slice(12), 100n, 101n];
  expect(ids(await table.scan().rows())).toEqual(kept);
  expect(ids(await (await openTable(store)).scan().rows())).toEqual(kept);
  const rest = await table.overwrite([], { where: gte("id", 100n) });
  expect(rest).toMatchObject({ version: 5n, rows: 0 });
  expect(await table.overwrite([], { where: gte("id", 100n) })).toMatchObject({ written: false });
});

test("overwrite by a condition refuses rows for which it does not hold, names the first, and writes nothing", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  await table.append(someSales(10));
  const files = await dataFiles(store);
  await expect(table.overwrite(someSales(5, 7), { where: lt("id", 9n) })).rejects.toMatchObject({
    code: "LAKE_INVALID_VALUE",
    details: { row: 2 },
  });
  await expect(
    table.overwrite([{ ...someSales(1)[0]!, note: null }], { where: eq("note", "x") }),
  ).rejects.toMatchObject({ code: "LAKE_INVALID_VALUE", details: { row: 0 } });
  expect(await dataFiles(store)).toEqual(files);
  expect((await openTable(store)).version).toBe(1n);
});

test("overwrite of dynamic partitions replaces those the new rows fall into", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  await table.append(someSales(9));
  const eur = someSales(30, 100).filter((sale) => sale.currency === "EUR");
  await table.overwrite(eur, { dynamicPartitions: true });
  const others = someSales(9).filter((sale) => sale.currency !== "EUR");
  expect(ids(await table.scan().rows())).toEqual(
    [...others, ...eur].map((sale) => BigInt(sale.id)),
  );
  await expect(
    table.overwrite(eur, { dynamicPartitions: true, where: eq("currency", "EUR") }),
  ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
});

test("dynamic partitions tell null and the text null apart, and need partitions", async () => {
  const rows = defineTable("rows", { p: nullable(utf8()), n: int64() });
  const table = await createTable(memoryStore(), rows, { partitionBy: ["p"] });
  await table.append([
    { p: null, n: 1n },
    { p: "null", n: 2n },
    { p: "é/=%", n: 3n },
  ]);
  await table.overwrite([{ p: null, n: 4n }], { dynamicPartitions: true });
  const numbers = async (): Promise<unknown[]> =>
    (await table.scan().rows()).map(({ n }) => n).sort();
  expect(await numbers()).toEqual([2n, 3n, 4n]);
  await table.overwrite([{ p: "é/=%", n: 5n }], { dynamicPartitions: true });
  expect(await numbers()).toEqual([2n, 4n, 5n]);
  const flat = await createTable(memoryStore(), rows);
  await expect(
    flat.overwrite([{ p: null, n: 4n }], { dynamicPartitions: true }),
  ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
});

test("overwrite is refused by a table that takes appends only", async () => {
  const table = await createTable(memoryStore(), sales, {
    properties: { "delta.appendOnly": "true" },
  });
  await table.append(someSales(1));
  await expect(table.overwrite([])).rejects.toMatchObject({ code: "LAKE_UNSUPPORTED_FEATURE" });
});

test("overwrite loses to rows that were appended while it wrote, and leaves no file", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  const rival = await openTable(store);
  await table.append(someSales(3));
  const rows = (async function* () {
    yield someSales(1, 50)[0]!;
    await rival.append(someSales(1, 10));
    yield someSales(1, 51)[0]!;
  })();
  await expect(table.overwrite(rows)).rejects.toMatchObject({
    code: "LAKE_COMMIT_CONFLICT",
    retryable: true,
    details: { winner: 2n },
  });
  expect(ids(await (await openTable(store)).scan().rows())).toEqual([0n, 1n, 2n, 10n]);
  expect(await dataFiles(store)).toHaveLength(2);
});
