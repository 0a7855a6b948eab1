import {
  defineTable,
  int32,
  list,
  map,
  naiveTimestamp,
  nullable,
  struct,
  uint8,
  utf8,
} from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, memoryStore, openTable } from "../../src/index.ts";
import { sales, textOf } from "./sales.ts";

const actionsOf = async (store: ReturnType<typeof memoryStore>): Promise<Record<string, never>[]> =>
  (await textOf(store, "_delta_log/00000000000000000000.json"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, never>);

test("the first commit has the schema, the partitions and the lowest protocol", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, {
    partitionBy: ["currency"],
    codec: "zstd",
    properties: { owner: "finance" },
    clock: () => 1_700_000_000_000,
  });
  const [info, protocol, metaData] = await actionsOf(store);
  expect(info!["commitInfo"]).toMatchObject({
    operation: "CREATE TABLE",
    timestamp: 1_700_000_000_000,
  });
  expect(protocol).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
  expect(metaData!["metaData"]).toMatchObject({
    name: "sales",
    partitionColumns: ["currency"],
    createdTime: 1_700_000_000_000,
    configuration: { owner: "finance", "delta.parquet.compression.codec": "zstd" },
  });
  expect(table.version).toBe(0n);
  expect(table.partitionBy).toEqual(["currency"]);
  expect(table.properties).toMatchObject({ owner: "finance" });
});

test("a wall-clock timestamp, also inside a list, needs the feature for it", async () => {
  const store = memoryStore();
  await createTable(store, defineTable("t", { at: nullable(list(naiveTimestamp("us"))) }));
  expect((await actionsOf(store))[1]).toEqual({
    protocol: {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["timestampNtz"],
      writerFeatures: ["timestampNtz"],
    },
  });
});

test("a change feed needs writers that know it, and readers need nothing", async () => {
  const table = await createTable(memoryStore(), sales, {
    properties: { "delta.enableChangeDataFeed": "true", "delta.appendOnly": "true" },
  });
  expect(table.protocol).toEqual({
    minReaderVersion: 1,
    minWriterVersion: 7,
    writerFeatures: ["appendOnly", "changeDataFeed", "invariants"],
  });
});

test("column types that Delta does not have come back as they were", async () => {
  const store = memoryStore();
  const table = defineTable("t", { small: uint8(), text: utf8() });
  await createTable(store, table);
  const opened = await openTable(store);
  expect(opened.table.fields).toEqual(table.fields);
});

test("fields within lists and maps may be null in the log, which knows no other, and not in our rows", async () => {
  const store = memoryStore();
  const item = struct({ n: int32() });
  const table = defineTable("t", { a: list(item), m: nullable(map(utf8(), item)), s: item });
  const lake = await createTable(store, table);
  const text = await textOf(store, "_delta_log/00000000000000000000.json");
  expect(text.match(/\\"name\\":\\"n\\",\\"type\\":\\"integer\\",\\"nullable\\":\w+/g)).toEqual(
    [true, true, false].map(
      (nullable) => String.raw`\"name\":\"n\",\"type\":\"integer\",\"nullable\":${nullable}`,
    ),
  );
  expect((await openTable(store)).table.columns).toEqual(table.columns);
  const append = lake.append([{ a: [{ n: null as never }], s: { n: 1 } }]);
  await expect(append).rejects.toThrow(/a\[0\]\.n/);
});

test("a table that exists is an error, or is opened", async () => {
  const store = memoryStore();
  await createTable(store, sales);
  await expect(createTable(store, sales)).rejects.toMatchObject({ code: "LAKE_TABLE_EXISTS" });
  const again = await createTable(store, sales, { ifExists: "open" });
  expect(again.version).toBe(0n);
});

test.each([
  ["another partition", sales, { partitionBy: ["currency"] }],
  ["other columns", defineTable("t", { id: utf8() }), {}],
])("a table that exists with %s is not opened as the one wanted", async (_, table, options) => {
  const store = memoryStore();
  await createTable(store, sales);
  await expect(createTable(store, table, { ...options, ifExists: "open" })).rejects.toMatchObject({
    code: "LAKE_SCHEMA_MISMATCH",
  });
});

test("of many that create one table, one does", async () => {
  const store = memoryStore();
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => createTable(store, sales)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test.each([
  [{ partitionBy: ["nope"] }, 'partitionBy names "nope"'],
  [{ partitionBy: ["day", "day"] }, "twice"],
  [{ partitionBy: sales.fields.map((field) => field.name) }, "every column"],
  [{ codec: "lzo" }, "codec"],
  [{ targetFileBytes: 0 }, "targetFileBytes"],
  [{ checkpointInterval: 1.5 }, "checkpointInterval"],
  [{ properties: { "delta.appendOnly": true } }, "delta.appendOnly"],
  [{ partitionedBy: ["day"] }, 'no option "partitionedBy"'],
])("createTable refuses %j", async (options, says) => {
  await expect(createTable(memoryStore(), sales, options as never)).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
    message: expect.stringContaining(says) as string,
  });
});

test("a list cannot partition", async () => {
  const table = defineTable("t", { id: int32(), tags: list(utf8()) });
  await expect(createTable(memoryStore(), table, { partitionBy: ["tags"] })).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
  });
});

test.each([
  [{}, [1, 2, undefined, undefined]],
  [{ "delta.appendOnly": "true" }, [1, 2, undefined, undefined]],
  [{ "delta.columnMapping.mode": "name" }, [2, 5, undefined, undefined]],
  [{ "delta.columnMapping.mode": "none", "delta.checkpointPolicy": "classic" }, [1, 2]],
  [{ "delta.enableChangeDataFeed": "true" }, [1, 7, undefined, ["changeDataFeed", "invariants"]]],
  [
    { "delta.enableDeletionVectors": "true", "delta.appendOnly": "true" },
    [3, 7, ["deletionVectors"], ["appendOnly", "deletionVectors", "invariants"]],
  ],
  [{ "delta.checkpointPolicy": "v2" }, [3, 7, ["v2Checkpoint"], ["invariants", "v2Checkpoint"]]],
  [
    { "delta.columnMapping.mode": "id", "delta.enableTypeWidening": "true" },
    [3, 7, ["columnMapping", "typeWidening"], ["columnMapping", "invariants", "typeWidening"]],
  ],
  [
    { "delta.columnMapping.mode": "name", "delta.enableInCommitTimestamps": "true" },
    [2, 7, undefined, ["columnMapping", "inCommitTimestamp", "invariants"]],
  ],
  [
    { "delta.feature.clustering": "supported" },
    [1, 7, undefined, ["clustering", "domainMetadata", "invariants"]],
  ],
  [{ "delta.minReaderVersion": "2", "delta.minWriterVersion": "5" }, [2, 5]],
  [{ "delta.minWriterVersion": "7" }, [1, 7, undefined, ["appendOnly", "invariants"]]],
])(
  "the protocol of a table with %j is the lowest, with NOT NULL in every list",
  async (properties, expected) => {
    const created = await createTable(memoryStore(), sales, { properties });
    const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = created.protocol;
    const [reader, writer, reads, writes] = expected;
    expect({ minReaderVersion, minWriterVersion, readerFeatures, writerFeatures }).toEqual({
      minReaderVersion: reader,
      minWriterVersion: writer,
      readerFeatures: reads,
      writerFeatures: writes,
    });
    const asks = /^delta\.(?:feature\.|min)/;
    expect(Object.keys(created.properties).filter((name) => asks.test(name))).toEqual([]);
  },
);

test.each([
  ["delta.feature.rowTracking", "supported"],
  ["delta.feature.icebergCompatV2", "supported"],
  ["delta.enableRowTracking", "true"],
  ["delta.enableIcebergCompatV2", "true"],
  ["delta.minReaderVersion", "4"],
])("a table that would claim %s = %s without keeping to it is not created", async (name, value) => {
  const created = createTable(memoryStore(), sales, { properties: { [name]: value } });
  await expect(created).rejects.toMatchObject({ code: "LAKE_UNSUPPORTED_FEATURE" });
});

test.each([
  ["delta.appendOnly", "yes", "true or false"],
  ["delta.logRetentionDuration", "soon", "an interval"],
  ["delta.columnMapping.mode", "names", "one of none, name, id"],
  ["delta.dataSkippingNumIndexedCols", "-2", "a number of columns"],
  ["delta.apendOnly", "true", "there is no property"],
  ["delta.constraints.a", "id > 0", "no property to set"],
  ["delta.columnMapping.maxColumnId", "9", "kept by writers"],
])("the property %s = %s is refused", async (name, value, says) => {
  const created = createTable(memoryStore(), sales, { properties: { [name]: value } });
  await expect(created).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
    message: expect.stringContaining(says) as string,
  });
});
