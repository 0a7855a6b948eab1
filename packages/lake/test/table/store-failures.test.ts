import { expect, test } from "vitest";
import {
  convertToDelta,
  createTable,
  eq,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "./sales.ts";
import { diskFull, faulty, type Faults } from "./faults.ts";

test.each([1, 2, 3])(
  "a disk that fills at data file %i of three commits nothing and keeps nothing",
  async (which) => {
    const memory = memoryStore();
    await createTable(memory, sales, { partitionBy: ["currency"] });
    let puts = 0;
    const store = faulty(memory, {
      before: (call, path) => {
        if (call === "put" && ++puts === which) throw diskFull(path);
      },
    });
    const table = await openTable(store);
    await expect(table.append(someSales(30))).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
    expect(await dataFiles(memory)).toEqual([]);
    expect((await openTable(memory)).version).toBe(0n);
    await table.append(someSales(30));
    expect(ids(await table.scan().rows())).toEqual(upTo(30));
  },
);

test("a data file that arrives after another failed is removed as well", async () => {
  const memory = memoryStore();
  await createTable(memory, sales, { partitionBy: ["currency"] });
  let puts = 0;
  const put: Store["put"] = async (path, data) => {
    if (++puts === 2) throw diskFull(path);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return memory.put(path, data);
  };
  const table = await openTable({ ...faulty(memory, {}), put });
  await expect(table.append(someSales(30))).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(puts).toBe(3);
  expect(await dataFiles(memory)).toEqual([]);
});

test("a disk that fills at the commit leaves no data file", async () => {
  const memory = memoryStore();
  await createTable(memory, sales);
  const table = await openTable(
    faulty(memory, {
      before: (call, path) => {
        if (call === "putIfAbsent") throw diskFull(path);
      },
    }),
  );
  await expect(table.append(someSales(3))).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
  expect(await dataFiles(memory)).toEqual([]);
});

test("a commit whose answer was lost is found in the log", async () => {
  const memory = memoryStore();
  await createTable(memory, sales);
  const table = await openTable(
    faulty(memory, {
      after: () => {
        throw new Error("connection reset");
      },
    }),
  );
  expect(await table.append(someSales(3))).toMatchObject({ version: 1n, written: true });
  expect(ids(await (await openTable(memory)).scan().rows())).toEqual(upTo(3));
});

test.each([
  ["made", true],
  ["not made", false],
])("a commit of which nobody can tell that it was %s keeps its files", async (_, made) => {
  const memory = memoryStore();
  await createTable(memory, sales);
  const log = "_delta_log/00000000000000000001.json";
  const store: Store = {
    ...faulty(memory, {}),
    async putIfAbsent(path, data) {
      if (made) await memory.putIfAbsent(path, data);
      throw new Error("connection reset");
    },
    get: (path, options) => {
      if (path === log) throw new Error("connection reset");
      return memory.get(path, options);
    },
  };
  const table = await openTable(store);
  await expect(table.append(someSales(3))).rejects.toMatchObject({
    code: "LAKE_STORE_FAILED",
    details: { committed: "unknown", version: 1n },
  });
  expect(await dataFiles(memory)).toHaveLength(1);
  const rows = await (await openTable(memory)).scan().rows();
  expect(ids(rows)).toEqual(made ? upTo(3) : []);
});

test("a store that repeats a commit by itself and finds its own is no conflict", async () => {
  const memory = memoryStore();
  await createTable(memory, sales);
  const store = faulty(memory, {});
  const twice = {
    ...store,
    putIfAbsent: async (path: string, data: Uint8Array) => {
      await memory.putIfAbsent(path, data);
      return memory.putIfAbsent(path, data);
    },
  };
  const table = await openTable(twice);
  expect(await table.append(someSales(3))).toMatchObject({ version: 1n });
  expect((await openTable(memory)).version).toBe(1n);
});

test("a checkpoint that cannot be written does not fail the commit", async () => {
  const memory = memoryStore();
  await createTable(memory, sales, { checkpointInterval: 1 });
  const table = await openTable(
    faulty(memory, {
      before: (call, path) => {
        if (path.includes("checkpoint")) throw diskFull(path);
      },
    }),
  );
  await table.append(someSales(3));
  expect(ids(await (await openTable(memory)).scan().rows())).toEqual(upTo(3));
});

test("files that cannot be deleted do not hide why the write failed", async () => {
  const memory = memoryStore();
  await createTable(memory, sales, { partitionBy: ["currency"] });
  const faults: Faults = {
    before: (call, path) => {
      if (call === "delete") throw new Error("no");
      if (call === "putIfAbsent") throw diskFull(path);
    },
  };
  const table = await openTable(faulty(memory, faults));
  await expect(table.append(someSales(3))).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
});

test("an append begun before the schema changed is refused, and names the winner", async () => {
  const memory = memoryStore();
  const table = await createTable(memory, sales);
  const log = new TextDecoder().decode(await memory.get("_delta_log/00000000000000000000.json"));
  const metaData = log.split("\n").find((line) => line.includes('"metaData"'))!;
  await memory.putIfAbsent(
    "_delta_log/00000000000000000001.json",
    new TextEncoder().encode(metaData.replace('"configuration":{}', '"configuration":{"a":"b"}')),
  );
  await expect(table.append(someSales(3))).rejects.toMatchObject({
    code: "LAKE_COMMIT_CONFLICT",
    details: { winner: 1n },
  });
  expect(await dataFiles(memory)).toEqual([]);
  await table.refresh();
  expect(table.properties).toEqual({ a: "b" });
  await table.append(someSales(3));
});

test("a table object left behind by log cleanup appends where readers look", async () => {
  const memory = memoryStore();
  const stale = await createTable(memory, sales, { checkpointInterval: 4 });
  const busy = await openTable(memory);
  for (let k = 0; k < 9; k++) await busy.append(someSales(1, k));
  for (const version of [0, 1, 2, 3])
    await memory.delete(`_delta_log/${"0".repeat(19)}${version}.json`);
  expect(await stale.append(someSales(1, 9))).toMatchObject({ version: 10n });
  expect(ids(await (await openTable(memory)).scan().rows())).toEqual(upTo(10));
});

test.each([
  [{ write: true, putIfAbsent: false, list: true }, "LAKE_STORE_UNSAFE"],
  [{ write: false, putIfAbsent: false, list: true }, "LAKE_STORE_PERMISSION"],
])("a store of %o is written to by no verb, and read by all", async (capabilities, code) => {
  const memory = memoryStore();
  await (await createTable(memory, sales)).append(someSales(9));
  const changes: string[] = [];
  const store = {
    ...faulty(memory, { before: (call, path) => void changes.push(`${call} ${path}`) }),
    capabilities,
  };
  const table = await createTable(store, sales, { ifExists: "open" });
  const verbs: readonly (() => Promise<unknown>)[] = [
    () => table.append(someSales(3)),
    () => table.overwrite(someSales(3)),
    () => table.delete(eq("id", 1n)),
    () => table.update({ set: { amount: "1.00" } }),
    () => table.merge(someSales(3), { on: ["id"], whenMatched: "delete" }),
    () => table.alter({ setProperties: { note: "a" } }),
    () => table.optimize(),
    () => table.vacuum({ retainHours: 0, allowShortRetention: true }),
    () => table.restore({ version: 0n }),
    () => table.cleanLog(),
    () => table.checkpoint(),
    () => createTable({ ...store, ...emptyList }, sales),
    () => convertToDelta({ ...store, ...emptyList }),
  ];
  for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ code });
  expect(changes).toEqual([]);
  expect(ids(await table.scan().rows())).toEqual(upTo(9));
  expect((await table.verify({ depth: "data" })).findings).toEqual([]);
  expect(await table.history()).toHaveLength(2);
});

const emptyList = { list: async function* () {} };
