import { CoreError, toBatch } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { createTable, LakeError, memoryStore, openTable } from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, textOf, upTo } from "./sales.ts";

describe("append", () => {
  test("adds rows in one commit and tells what it wrote", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { partitionBy: ["currency"] });
    const result = await table.append(someSales(100));
    expect(result).toMatchObject({ version: 1n, files: 3, rows: 100, written: true });
    const bytes = table.files().reduce((sum, file) => sum + file.bytes, 0);
    expect(result.bytes).toBe(bytes);
    expect(ids(await (await openTable(store)).scan().rows())).toEqual(upTo(100));
  });

  test("takes rows, streams of rows, and batches", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append(someSales(3));
    await table.append(toBatch(sales, someSales(3, 3)));
    await table.append(
      (async function* () {
        yield* someSales(3, 6);
        yield toBatch(sales, someSales(1, 9));
      })(),
    );
    expect(ids(await table.scan().rows())).toEqual(upTo(10));
  });

  test("commits nothing where there are no rows", async () => {
    const table = await createTable(memoryStore(), sales);
    expect(await table.append([])).toEqual({
      version: 0n,
      files: 0,
      rows: 0,
      bytes: 0,
      written: false,
    });
    expect(table.version).toBe(0n);
  });

  test("writes nothing where a row does not fit, also the last of many", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { partitionBy: ["currency"] });
    const rows = [...someSales(70_000), { ...someSales(1)[0]!, amount: "1.234" }];
    const failure = table.append(rows);
    await expect(failure).rejects.toThrow(CoreError);
    await expect(failure).rejects.toMatchObject({
      code: "CORE_INVALID_VALUE",
      details: { row: 70_000, column: "amount" },
    });
    expect(await dataFiles(store)).toEqual([]);
    expect((await openTable(store)).version).toBe(0n);
  });

  test("leaves no file where it is aborted", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { partitionBy: ["currency"] });
    const abort = new AbortController();
    const rows = (function* () {
      for (let k = 0; k < 200_000; k++) {
        if (k === 150_000) abort.abort(new Error("enough"));
        yield someSales(1, k)[0]!;
      }
    })();
    await expect(table.append(rows, { signal: abort.signal })).rejects.toThrow("enough");
    expect(await dataFiles(store)).toEqual([]);
    expect((await openTable(store)).version).toBe(0n);
  });

  test("splits files at their target size", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { targetFileBytes: 20_000 });
    const batches = Array.from({ length: 10 }, (_, k) => toBatch(sales, someSales(2000, 2000 * k)));
    const { files } = await table.append(batches);
    expect(files).toBeGreaterThan(3);
    expect(ids(await table.scan().rows())).toEqual(upTo(20_000));
  });

  test("tells how far it is", async () => {
    const table = await createTable(memoryStore(), sales);
    const seen: number[] = [];
    await table.append(someSales(100), { onProgress: ({ done }) => seen.push(done) });
    expect(seen.at(-1)).toBe(100);
  });

  test("refuses options that do not exist", async () => {
    const table = await createTable(memoryStore(), sales);
    await expect(table.append([], { mode: "append" } as never)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
      message: 'append has no option "mode".',
    });
  });
});

describe("append with a transaction", () => {
  test("happens once", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales);
    const txn = { appId: "loader", version: 7 };
    expect((await table.append(someSales(5), { txn })).written).toBe(true);
    expect(await table.append(someSales(5), { txn })).toMatchObject({
      version: 1n,
      written: false,
    });
    const other = await openTable(store);
    expect(
      (await other.append(someSales(5), { txn: { appId: "loader", version: 6 } })).written,
    ).toBe(false);
    expect(
      (await other.append(someSales(5, 5), { txn: { appId: "loader", version: 8n } })).written,
    ).toBe(true);
    expect(ids(await other.scan().rows())).toEqual(upTo(10));
    expect(other.transactions).toEqual(new Map([["loader", 8n]]));
    expect(await dataFiles(store)).toHaveLength(2);
  });

  test("keeps versions beyond 2^53", async () => {
    const store = memoryStore();
    const table = await createTable(store, sales, { checkpointInterval: 1 });
    const version = 2n ** 60n + 1n;
    await table.append(someSales(1), { txn: { appId: "a", version } });
    expect(await textOf(store, "_delta_log/00000000000000000001.json")).toContain(String(version));
    expect((await openTable(store)).transactions.get("a")).toBe(version);
  });

  test.each([-1n, 2n ** 63n, 1.5, "1"])("refuses the version %s", async (version) => {
    const table = await createTable(memoryStore(), sales);
    await expect(
      table.append(someSales(1), { txn: { appId: "a", version } as never }),
    ).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    expect(table.version).toBe(0n);
  });

  test("of two that race, the one that lost writes nothing and says so", async () => {
    const store = memoryStore();
    await createTable(store, sales);
    const tables = await Promise.all([openTable(store), openTable(store), openTable(store)]);
    const txn = { appId: "loader", version: 1n };
    const results = await Promise.all(tables.map((table) => table.append(someSales(5), { txn })));
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(ids(await (await openTable(store)).scan().rows())).toEqual(upTo(5));
    expect(await dataFiles(store)).toHaveLength(1);
  });
});

test("a table opened as of a version cannot be written to", async () => {
  const store = memoryStore();
  await createTable(store, sales);
  const past = await openTable(store, { asOf: { version: 0n } });
  await expect(past.append(someSales(1))).rejects.toThrow(LakeError);
});
