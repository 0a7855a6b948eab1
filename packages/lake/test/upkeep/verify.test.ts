import { expect, test } from "vitest";
import { createTable, memoryStore, openTable, type Store } from "../../src/index.ts";
import { dataFiles, sales, someSales, textOf } from "../table/sales.ts";

const LOG = "_delta_log/";
const padded = (version: number): string => String(version).padStart(20, "0");
const encoder = new TextEncoder();

async function table(): Promise<Store> {
  const store = memoryStore();
  const lake = await createTable(store, sales, {
    partitionBy: ["currency"],
    checkpointInterval: 3,
  });
  for (let k = 0; k < 7; k++) await lake.append(someSales(6, 6 * k));
  await lake.overwrite(someSales(9));
  await lake.checkpoint();
  return store;
}

async function kinds(store: Store, depth: "log" | "data" = "data"): Promise<string[]> {
  const { findings } = await (await openTable(store)).verify({ depth });
  return [...new Set(findings.map(({ kind }) => kind))];
}

async function rewrite(
  store: Store,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const text = await textOf(store, path);
  const changed = change(text);
  expect(changed).not.toBe(text);
  await store.put(path, encoder.encode(changed));
}

test("a sound table has no findings", async () => {
  const lake = await openTable(await table());
  expect(await lake.verify()).toMatchObject({ version: 8n, filesChecked: 3, findings: [] });
  const deep = await lake.verify({ depth: "data" });
  const bytes = lake.files().reduce((sum, file) => sum + file.bytes, 0);
  expect(deep).toMatchObject({ filesChecked: 3, bytesChecked: bytes, findings: [] });
});

test("what is wrong with files is found", async () => {
  const store = await table();
  const [first, second, third] = (await openTable(store)).files();
  await store.delete(first!.path);
  await store.put(second!.path, new Uint8Array(second!.bytes + 1));
  await store.put(third!.path, new Uint8Array(third!.bytes));
  expect(await kinds(store, "log")).toEqual(["missing-file", "wrong-size"]);
  expect(await kinds(store)).toEqual(["missing-file", "wrong-size", "unreadable-file"]);
  expect(await dataFiles(store)).toContain(third!.path);
});

test.each([
  ["a count of rows", /\\"numRecords\\":3/, '\\"numRecords\\":4', "wrong-row-count"],
  ["a minimum", /\\"minValues\\":\{\\"id\\":0/, '\\"minValues\\":{\\"id\\":1', "wrong-statistics"],
  ["a count of nulls", /(\\"nullCount\\":\{\\"id\\":)0/, "$17", "wrong-statistics"],
] as const)("%s that is not true is found", async (_, from, to, kind) => {
  const store = await table();
  for (const name of [
    `${padded(6)}.checkpoint.parquet`,
    `${padded(8)}.checkpoint.parquet`,
    `${padded(3)}.checkpoint.parquet`,
    "_last_checkpoint",
  ]) {
    await store.delete(LOG + name);
  }
  await rewrite(store, `${LOG}${padded(8)}.json`, (text) => text.replace(from, to));
  expect(await kinds(store, "log")).toEqual([]);
  expect(await kinds(store)).toEqual([kind]);
});

test("what is wrong with the log is found", async () => {
  const store = await table();
  await store.delete(`${LOG}${padded(4)}.json`);
  await rewrite(
    store,
    `${LOG}${padded(2)}.json`,
    (text) => text + text.split("\n").find((line) => line.includes('"add"'))!,
  );
  await rewrite(store, `${LOG}${padded(1)}.json`, (text) => text.slice(0, -5));
  await rewrite(store, `${LOG}_last_checkpoint`, (text) => text.replace('"size":', '"size":1'));
  expect((await kinds(store, "log")).sort()).toEqual([
    "corrupt-commit",
    "duplicate-action",
    "missing-commit",
    "wrong-last-checkpoint",
  ]);
});

test("a checkpoint that others write meanwhile is no finding", async () => {
  const memory = await table();
  const other = await openTable(memory);
  const checkpoint = other.checkpoint.bind(other);
  let listed = 0;
  const store = Object.assign(Object.create(memory) as Store, {
    async *list(...args: Parameters<Store["list"]>) {
      yield* memory.list(...args);
      if (++listed > 5) return;
      await other.append(someSales(1, 900 + listed));
      await checkpoint();
    },
  });
  const ours = await openTable(memory);
  Object.assign(ours, { store });
  expect((await ours.verify()).findings).toEqual([]);
  expect(listed).toBeGreaterThan(0);
});

test.each(["null", "5", "[]", "{", '{"version":"8"}', '{"version":1.5}'])(
  "a hint that says %s is found",
  async (text) => {
    const store = await table();
    await store.put(`${LOG}_last_checkpoint`, encoder.encode(text));
    expect(await kinds(store, "log")).toEqual(["wrong-last-checkpoint"]);
  },
);

test("a checkpoint that says something else than the commits is found, and one that cannot be read", async () => {
  const store = await table();
  await store.put(
    `${LOG}${padded(6)}.checkpoint.parquet`,
    await store.get(`${LOG}${padded(3)}.checkpoint.parquet`),
  );
  await store.put(`${LOG}${padded(3)}.checkpoint.parquet`, new Uint8Array(50));
  const { findings } = await (await openTable(store)).verify();
  expect(findings.map(({ kind, path }) => [kind, path])).toEqual([
    ["unreadable-checkpoint", `${LOG}${padded(3)}.checkpoint.parquet`],
    ["checkpoint-differs", `${LOG}${padded(6)}.checkpoint.parquet`],
  ]);
});
