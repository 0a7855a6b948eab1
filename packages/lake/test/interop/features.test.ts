import { defineTable, int64 } from "@lakewright/core";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import {
  createTable,
  eq,
  type LakeTable,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";

const FIRST = "_delta_log/00000000000000000000.json";

interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** A table with one row, whose log then says that it has another protocol, as if another writer had made it. */
async function tableWith(
  protocol: Protocol,
  configuration: Readonly<Record<string, string>> = {},
): Promise<Store> {
  const store = memoryStore();
  const lake = await createTable(store, defineTable("t", { id: int64() }));
  await lake.append([{ id: 1n }]);
  const lines = new TextDecoder().decode(await store.get(FIRST)).split("\n");
  const changed = lines.map((line) => {
    if (line.startsWith('{"protocol"')) return JSON.stringify({ protocol });
    if (!line.startsWith('{"metaData"')) return line;
    const { metaData } = JSON.parse(line) as { metaData: object };
    return JSON.stringify({ metaData: { ...metaData, configuration } });
  });
  await store.delete(FIRST);
  await store.putIfAbsent(FIRST, new TextEncoder().encode(changed.join("\n")));
  return store;
}

const listed = (feature: string, isReader = false): Protocol => ({
  minReaderVersion: isReader ? 3 : 1,
  minWriterVersion: 7,
  ...(isReader && { readerFeatures: [feature] }),
  writerFeatures: [feature, "invariants"],
});

const refused = (feature: string): object => ({
  code: "LAKE_UNSUPPORTED_FEATURE",
  message: expect.stringContaining(feature) as string,
  details: expect.objectContaining({ features: [feature] }) as unknown,
});

async function isRefusedToAllWriters(
  store: Store,
  lake: LakeTable,
  feature: string,
): Promise<void> {
  const before = await Array.fromAsync(store.list(""));
  for (const write of [
    () => lake.append([{ id: 2n }]),
    () => lake.overwrite([]),
    () => lake.delete(eq("id", 1n)),
    () => lake.update({ set: { id: 3n } }),
    () => lake.merge([{ id: 1n }], { on: ["id"], whenMatched: "delete" }),
    () => lake.alter({ setProperties: { mine: "x" } }),
    () => lake.optimize(),
    () => lake.vacuum(),
    () => lake.restore({ version: 0n }),
    () => lake.checkpoint(),
    () => lake.cleanLog(),
  ]) {
    await expect(write()).rejects.toMatchObject(refused(feature));
  }
  expect(await Array.fromAsync(store.list(""))).toEqual(before);
}

test.each([
  [1, 1],
  [1, 2],
  [1, 3],
  [1, 4],
  [1, 5],
  [2, 5],
  [2, 6],
  [1, 7],
  [2, 7],
  [3, 7],
])("reader version %i with writer version %i is read and written", async (reader, writer) => {
  const store = await tableWith({
    minReaderVersion: reader,
    minWriterVersion: writer,
    ...(reader === 3 && { readerFeatures: [] }),
    ...(writer === 7 && { writerFeatures: [] }),
  });
  const lake = await openTable(store);
  await lake.append([{ id: 2n }]);
  expect(await lake.scan().rows()).toEqual([{ id: 1n }, { id: 2n }]);
  expect(lake.protocol).toMatchObject({ minReaderVersion: reader, minWriterVersion: writer });
});

test.each([
  "columnMapping",
  "deletionVectors",
  "timestampNtz",
  "typeWidening",
  "typeWidening-preview",
  "v2Checkpoint",
  "vacuumProtocolCheck",
  "variantType",
  "variantType-preview",
])("%s is read, and written as long as no column needs more", async (feature) => {
  const lake = await openTable(await tableWith(listed(feature, true)));
  await lake.append([{ id: 2n }]);
  expect(await lake.scan().rows()).toHaveLength(2);
});

test.each([
  "allowColumnDefaults",
  "appendOnly",
  "changeDataFeed",
  "checkConstraints",
  "clustering",
  "domainMetadata",
  "generatedColumns",
  "identityColumns",
  "inCommitTimestamp",
  "invariants",
])("%s is written", async (feature) => {
  const lake = await openTable(await tableWith(listed(feature)));
  await lake.append([{ id: 2n }]);
  expect(await lake.scan().rows()).toHaveLength(2);
});

test.each([
  "catalogManaged",
  "catalogOwned-preview",
  "geospatial",
  "variantShredding",
  "variantShredding-preview",
  "someday",
])("%s is refused to readers by name", async (feature) => {
  const store = await tableWith(listed(feature, true));
  await expect(openTable(store)).rejects.toMatchObject(refused(feature));
});

test.each([
  "checkpointProtection",
  "collations",
  "icebergCompatV1",
  "icebergCompatV2",
  "icebergCompatV3",
  "icebergWriterCompatV1",
  "materializePartitionColumns",
  "rowTracking",
  "someday",
])("%s is read, and refused to writers by name before anything is written", async (feature) => {
  const store = await tableWith(listed(feature));
  const lake = await openTable(store);
  expect(await lake.scan().rows()).toEqual([{ id: 1n }]);
  await isRefusedToAllWriters(store, lake, feature);
});

test.each([
  [{ minReaderVersion: 4, minWriterVersion: 7 }, "reader version 4"],
  [{ minReaderVersion: 99, minWriterVersion: 99 }, "reader version 99"],
])("%j is refused", async (protocol, says) => {
  await expect(openTable(await tableWith(protocol))).rejects.toMatchObject(refused(says));
});

test("a newer writer version is read, and refused to writers", async () => {
  const store = await tableWith({ minReaderVersion: 1, minWriterVersion: 8 });
  const lake = await openTable(store);
  expect(await lake.scan().rows()).toHaveLength(1);
  await isRefusedToAllWriters(store, lake, "writer version 8");
});

test("a variant column is read as its bytes, and its table refused to writers", async () => {
  const store = await tableWith(listed("variantType", true));
  const text = new TextDecoder().decode(await store.get(FIRST));
  const field = String.raw`{\"name\":\"v\",\"type\":\"variant\",\"nullable\":true,\"metadata\":{}}`;
  await store.delete(FIRST);
  const changed = text.replace(String.raw`\"fields\":[`, (found) => `${found}${field},`);
  await store.putIfAbsent(FIRST, new TextEncoder().encode(changed));
  const lake = await openTable(store);
  expect(await lake.scan().rows()).toEqual([{ v: null, id: 1n }]);
  await isRefusedToAllWriters(store, lake, "variant (column v)");
});

test("what the README links to is there", async () => {
  const folder = resolve(import.meta.dirname, "../..");
  const readme = await readFile(join(folder, "README.md"), "utf8");
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
});
