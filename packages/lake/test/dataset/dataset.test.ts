import {
  date,
  decimal,
  defineTable,
  int32,
  nullable,
  oneOf,
  timestamp,
  uint16,
  utf8,
} from "@lakewright/core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eq, gt, memoryStore, openDataset, writeDataset } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { connectDuckDB } from "../parquet/duckdb.ts";
import { diskFull, faulty } from "../table/faults.ts";
import { dataFiles } from "../table/sales.ts";

const events = defineTable("events", {
  id: int32(),
  country: nullable(utf8()),
  amount: decimal(10, 2),
  at: timestamp("ms"),
  kind: oneOf(["view", "buy"]),
  port: uint16(),
});
const someEvents = (count: number) =>
  Array.from({ length: count }, (_, id) => ({
    id,
    country: ["DE", "a/b=c%d é", null][id % 3]!,
    amount: `${id}.50`,
    at: new Date(Date.UTC(2026, 0, 31, 22, 0, id * 1800)),
    kind: (["view", "buy"] as const)[id % 2]!,
    port: 65_535 - id,
  }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-dataset-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("writeDataset", () => {
  test("lays files out as Hive does, and openDataset reads them back", async () => {
    const store = memoryStore();
    const rows = someEvents(30);
    const result = await writeDataset(store, events, rows, { partitionBy: ["kind", "country"] });
    expect(result).toMatchObject({ files: 6, rows: 30 });
    expect((await dataFiles(store)).map((path) => path.replace(/part-.*/, "")).sort()).toEqual([
      "kind=buy/country=DE/",
      "kind=buy/country=__HIVE_DEFAULT_PARTITION__/",
      "kind=buy/country=a%2Fb%3Dc%25d é/",
      "kind=view/country=DE/",
      "kind=view/country=__HIVE_DEFAULT_PARTITION__/",
      "kind=view/country=a%2Fb%3Dc%25d é/",
    ]);
    const dataset = await openDataset(store, events);
    const found = await dataset.scan().rows();
    expect(
      found
        .sort((a, b) => a.id - b.id)
        .map(({ amount, ...row }) => ({ ...row, amount: String(amount) })),
    ).toEqual(rows);
    const scan = dataset.scan({ columns: ["id"], where: eq("kind", "buy") });
    expect(await scan.rows()).toHaveLength(15);
    expect(scan.metrics).toMatchObject({ filesRead: 3, filesSkipped: 3 });
  });

  test("splits a time by day, in UTC, and keeps it in the files", async () => {
    const store = localStore(folder).at("streams/events");
    const rows = someEvents(8);
    await writeDataset(store, events, rows, { partitionBy: [{ byDay: "at" }] });
    expect((await dataFiles(store)).map((path) => path.replace(/part-.*/, ""))).toEqual([
      "year=2026/month=01/day=31/",
      "year=2026/month=02/day=01/",
    ]);
    const connection = await connectDuckDB();
    const found = await connection.runAndReadAll(
      `SELECT count(*), count(*) FILTER (WHERE "day" = strftime("at", '%d') AND "month" = strftime("at", '%m')), sum(amount)::VARCHAR
       FROM read_parquet('${folder}/streams/events/*/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)`,
    );
    expect(found.getRows()).toEqual([[8n, 8n, "32.00"]]);
    connection.closeSync();
    const dataset = await openDataset(store);
    expect(dataset.table.fields.map((field) => field.name)).toEqual([
      ...events.fields.map((field) => field.name),
      "year",
      "month",
      "day",
    ]);
    expect(await dataset.scan({ where: eq("day", "01") }).rows()).toHaveLength(4);
  });

  test("DuckDB's own partitions are read", async () => {
    const connection = await connectDuckDB();
    const target = join(folder, "duck");
    await connection.run(
      `COPY (SELECT range::INTEGER AS id, 'x' || range AS name, DATE '2026-01-01' + (range % 3)::INTEGER AS d
             FROM range(9)) TO '${target}' (FORMAT parquet, PARTITION_BY (d))`,
    );
    connection.closeSync();
    const table = defineTable("t", {
      id: int32(),
      name: utf8(),
      d: date(),
      extra: nullable(utf8()),
    });
    const dataset = await openDataset(localStore(target), table);
    const rows = await dataset.scan({ where: gt("d", "2026-01-02") }).rows();
    expect(rows.map(({ id }) => id).sort()).toEqual([2, 5, 8]);
    expect(rows[0]).toMatchObject({ d: "2026-01-03", extra: null });
  });

  test("refuses a folder with files, or appends to it", async () => {
    const store = memoryStore();
    await writeDataset(store, events, someEvents(3));
    await expect(writeDataset(store, events, someEvents(3))).rejects.toMatchObject({
      code: "LAKE_TABLE_EXISTS",
    });
    await writeDataset(store, events, someEvents(3), { ifExists: "append" });
    expect(await (await openDataset(store)).scan().rows()).toHaveLength(6);
  });

  test("leaves nothing where a row does not fit or the disk is full", async () => {
    const store = memoryStore();
    const rows = [...someEvents(3), { ...someEvents(1)[0]!, port: 70_000 }];
    await expect(writeDataset(store, events, rows)).rejects.toMatchObject({
      code: "CORE_INVALID_VALUE",
    });
    let puts = 0;
    const full = faulty(store, {
      before: (call, path) => {
        if (call === "put" && ++puts === 2) throw diskFull(path);
      },
    });
    await expect(
      writeDataset(full, events, someEvents(9), { partitionBy: ["country"] }),
    ).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
    expect(await dataFiles(store)).toEqual([]);
  });

  test("refuses the text that folders keep for null", async () => {
    const row = { ...someEvents(1)[0]!, country: "__HIVE_DEFAULT_PARTITION__" };
    await expect(
      writeDataset(memoryStore(), events, [row], { partitionBy: ["country"] }),
    ).rejects.toMatchObject({ code: "LAKE_INVALID_VALUE" });
  });

  test.each([
    [["nope"], "no column"],
    [["kind", "kind"], 'two levels "kind"'],
    [[{ byDay: "kind" }], "neither date nor timestamp"],
    [[{ byDay: "constructor" }], "no column"],
    [[null], "a list of column names"],
    [events.fields.map((field) => field.name), "every column"],
  ])("refuses partitions that cannot be: %j", async (partitionBy, says) => {
    await expect(
      writeDataset(memoryStore(), events, [], { partitionBy: partitionBy as string[] }),
    ).rejects.toThrow(says);
  });
});

describe("openDataset", () => {
  test("needs a Parquet file", async () => {
    await expect(openDataset(memoryStore())).rejects.toMatchObject({
      code: "LAKE_TABLE_NOT_FOUND",
    });
  });

  test("refuses folders whose levels differ", async () => {
    const store = memoryStore();
    await writeDataset(store.at("a"), events, someEvents(2), { partitionBy: ["kind"] });
    await writeDataset(store.at("b"), events, someEvents(2), { partitionBy: ["country"] });
    await expect(openDataset(store)).rejects.toMatchObject({ code: "LAKE_SCHEMA_MISMATCH" });
  });

  test("names a folder whose value is not of the column's type", async () => {
    const store = memoryStore();
    await writeDataset(store, events, someEvents(2), { partitionBy: ["country"] });
    const table = defineTable("t", { id: int32(), country: int32() });
    await expect(openDataset(store, table)).rejects.toMatchObject({ code: "LAKE_SCHEMA_MISMATCH" });
  });

  test("leaves out what other programs keep beside the data", async () => {
    const store = memoryStore();
    await writeDataset(store, events, someEvents(2));
    await store.put("_temporary/x.parquet", new Uint8Array(3));
    await store.put("_SUCCESS", new Uint8Array());
    expect(await (await openDataset(store)).scan().rows()).toHaveLength(2);
  });
});
