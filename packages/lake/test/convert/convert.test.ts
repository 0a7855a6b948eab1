import {
  date,
  defineTable,
  float64,
  int16,
  int32,
  int64,
  nullable,
  struct,
  type Table,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  convertToDelta,
  createTable,
  eq,
  gte,
  memoryStore,
  type Store,
  writeDataset,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { parquetWriter } from "../../src/parquet.ts";
import { folderType } from "../../src/convert/folder-types.ts";
import { ids, sales, someSales, textOf, upTo } from "../table/sales.ts";

async function put(
  store: Store,
  path: string,
  table: Table,
  rows: readonly object[],
): Promise<void> {
  const writer = parquetWriter(table);
  const chunks = [...writer.write(toBatch(table, rows as never)), ...writer.finish().chunks];
  await store.put(path, Buffer.concat(chunks));
}

test("a dataset of our own becomes a table without a byte copied, with statistics that skip files", async () => {
  const store = memoryStore();
  await writeDataset(store, sales, someSales(60), { partitionBy: ["currency"] });
  const before: string[] = [];
  for await (const { path } of store.list("")) before.push(path);
  const table = await convertToDelta(store, { table: sales });
  expect(table.version).toBe(0n);
  expect(table.partitionBy).toEqual(["currency"]);
  expect(ids(await table.scan().rows())).toEqual(upTo(60));
  expect(
    table
      .files()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(before.sort());
  expect(table.files().every(({ rows }) => rows === 20)).toBe(true);
  const scan = table.scan({ where: gte("id", 59n) });
  expect(await scan.rows()).toHaveLength(1);
  expect(scan.metrics.filesSkipped).toBe(2);
  expect(await table.history()).toMatchObject([
    { operation: "CONVERT", metrics: { numConvertedFiles: "3" } },
  ]);
  await table.append(someSales(3, 60));
  expect(ids(await table.scan().rows())).toEqual(upTo(63));
});

test("columns of all files are taken together: wider types, missing ones as null", async () => {
  const store = memoryStore();
  await put(
    store,
    "a.parquet",
    defineTable("a", { id: int16(), x: int32(), p: struct({ u: utf8() }) }),
    [{ id: 1, x: 5, p: { u: "a" } }],
  );
  await put(
    store,
    "b.parquet",
    defineTable("b", {
      ID: int64(),
      x: nullable(float64()),
      p: struct({ v: int32() }),
      at: timestamp("ms"),
    }),
    [{ ID: 2n ** 60n, x: 0.5, p: { v: 3 }, at: new Date(1) }],
  );
  const table = await convertToDelta(store);
  expect(table.table.columns).toMatchObject({
    id: { type: { kind: "int64" }, nullable: false },
    x: { type: { kind: "float64" }, nullable: true },
    at: { type: { kind: "timestamp", unit: "us" }, nullable: true },
  });
  expect(await table.scan().rows()).toEqual([
    { id: 1n, x: 5, p: { u: "a", v: null }, at: null },
    { id: 2n ** 60n, x: 0.5, p: { u: null, v: 3 }, at: 1000n },
  ]);
  const scan = table.scan({ where: eq("at", 1000n) });
  expect(await scan.rows()).toHaveLength(1);
});

test("files that do not go together are refused, naming one", async () => {
  const store = memoryStore();
  await put(store, "a.parquet", defineTable("a", { x: utf8() }), [{ x: "1" }]);
  await put(store, "b.parquet", defineTable("b", { x: int32() }), [{ x: 1 }]);
  await expect(convertToDelta(store)).rejects.toMatchObject({
    code: "LAKE_SCHEMA_MISMATCH",
    message: expect.stringMatching(/b\.parquet .*"x" is int32, and utf8 elsewhere/) as string,
  });
  const given = defineTable("given", { x: int64() });
  await expect(convertToDelta(store, { table: given })).rejects.toMatchObject({
    code: "LAKE_SCHEMA_MISMATCH",
  });
  expect(await store.head("_delta_log/00000000000000000000.json")).toBeUndefined();
});

test("folder names are unescaped, and typed by their values unless a table says otherwise", async () => {
  const t = defineTable("t", { n: int32() });
  const folders = [
    ["day=2026-01-01/c=US%2FEast/y=2026", { day: "2026-01-01", c: "US/East", y: 2026 }],
    ["day=2026-01-02/c=100%25/y=-1", { day: "2026-01-02", c: "100%", y: -1 }],
    ["day=__HIVE_DEFAULT_PARTITION__/c=a b/y=0", { day: null, c: "a b", y: 0 }],
  ] as const;
  const store = memoryStore();
  for (const [n, [folder]] of folders.entries())
    await put(store, `${folder}/x.parquet`, t, [{ n }]);
  const table = await convertToDelta(store);
  expect(table.partitionBy).toEqual(["day", "c", "y"]);
  const rows = (await table.scan().rows()).sort((a, b) => Number(a["n"]) - Number(b["n"]));
  expect(rows).toEqual(folders.map(([, values], n) => ({ n, ...values })));
  const text = await textOf(store, "_delta_log/00000000000000000000.json");
  expect(text).toContain("day=2026-01-01/c=US%252FEast/y=2026/x.parquet");
});

test("folder values that would not be written the same way stay text", () => {
  expect(folderType(["1", "20", null])).toEqual({ kind: "int32" });
  expect(folderType(["3000000000"])).toEqual({ kind: "int64" });
  expect(folderType(["01", "2"])).toEqual({ kind: "utf8" });
  expect(folderType(["2026-02-28"])).toEqual({ kind: "date" });
  expect(folderType(["2026-02-30"])).toEqual({ kind: "utf8" });
  expect(folderType([null])).toEqual({ kind: "utf8" });
});

test("a table that is there, an empty folder and mixed folders are refused", async () => {
  const store = memoryStore();
  await expect(convertToDelta(store)).rejects.toMatchObject({ code: "LAKE_TABLE_NOT_FOUND" });
  await createTable(store, sales);
  await expect(convertToDelta(store)).rejects.toMatchObject({ code: "LAKE_TABLE_EXISTS" });
  const mixed = memoryStore();
  const t = defineTable("t", { n: int32() });
  await put(mixed, "a=1/x.parquet", t, [{ n: 1 }]);
  await put(mixed, "x.parquet", t, [{ n: 1 }]);
  await expect(convertToDelta(mixed)).rejects.toMatchObject({ code: "LAKE_SCHEMA_MISMATCH" });
  const other = memoryStore();
  await put(other, "a=1/x.parquet", t, [{ n: 1 }]);
  await expect(convertToDelta(other, { partitionBy: ["b"] })).rejects.toThrow(
    /partitionBy names b/,
  );
});

test("what DuckDB wrote, partitioned, reads the same as DuckDB reads it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lakewright-convert-"));
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    const path = join(folder, "t");
    await duckdb.run(
      `COPY (SELECT i AS id, i % 3 AS k, 'p/' || (i % 2) AS p, i * 1.5 AS x, DATE '2026-01-01' + (i % 5)::INTEGER AS d,
        CASE WHEN i % 4 = 0 THEN NULL ELSE 'é' || i END AS s FROM range(1000) r(i))
       TO '${path}' (FORMAT parquet, PARTITION_BY (k, p))`,
    );
    const table = await convertToDelta(localStore(path));
    expect(table.partitionBy).toEqual(["k", "p"]);
    const sql = `SELECT * EXCLUDE (d), d::VARCHAR AS d FROM read_parquet('${path}/**/*.parquet', hive_partitioning = true) ORDER BY id`;
    const wanted = (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
    const rows = (await table.scan().rows()).sort((a, b) => Number(a["id"]) - Number(b["id"]));
    expect(
      rows.map((row) => ({
        ...row,
        id: String(row["id"]),
        k: String(row["k"]),
        x: String(row["x"]),
      })),
    ).toEqual(wanted.map((row) => ({ ...row, k: String(row["k"]), x: String(row["x"]) })));
    const scan = table.scan({ where: eq("id", 999n) });
    expect(await scan.rows()).toHaveLength(1);
    expect(scan.metrics.filesSkipped).toBeGreaterThan(0);
  } finally {
    duckdb.closeSync();
    await rm(folder, { recursive: true });
  }
});

const dated = defineTable("dated", { n: int32(), day: date() });

test("a column that is in the files and in folder names is the folders'", async () => {
  const store = memoryStore();
  await put(store, "day=2026-01-02/x.parquet", dated, [{ n: 1, day: "1999-01-01" }]);
  const table = await convertToDelta(store);
  expect(await table.scan().rows()).toEqual([{ n: 1, day: "2026-01-02" }]);
});
