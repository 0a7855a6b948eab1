import { expect, test } from "vitest";
import { createTable, eq, memoryStore, openTable, type Store } from "../../src/index.ts";
import { ids, sales, someSales, textOf, upTo } from "./sales.ts";

const START = Date.UTC(2026, 0, 1);

/** A table with a commit every minute: version n has the ids below 10 n. */
async function history(commits: number): Promise<Store> {
  let now = START;
  const clock = (): number => now;
  const store = memoryStore({ now: clock });
  const table = await createTable(store, sales, { clock, checkpointInterval: 3 });
  for (let k = 0; k < commits; k++) {
    now += 60_000;
    await table.append(someSales(10, 10 * k));
  }
  return store;
}

test("every version can be read, by the table opened then and by a scan", async () => {
  const store = await history(8);
  const table = await openTable(store);
  for (let version = 0n; version <= 8n; version++) {
    const wanted = upTo(10 * Number(version));
    const past = await openTable(store, { asOf: { version } });
    expect(past.version).toBe(version);
    expect(ids(await past.scan().rows())).toEqual(wanted);
    expect(ids(await table.scan({ asOf: { version } }).rows())).toEqual(wanted);
  }
});

test.each([
  ["exactly", 0, 3n],
  ["just before the next", 59_999, 3n],
])("a time gives the version that stood then: %s", async (_, afterMs, version) => {
  const store = await history(5);
  const timestamp = new Date(START + 3 * 60_000 + afterMs);
  expect((await openTable(store, { asOf: { timestamp } })).version).toBe(version);
  const iso = timestamp.toISOString();
  expect((await openTable(store, { asOf: { timestamp: iso } })).version).toBe(version);
});

test("a time before the first commit or after the last is named, with the one there is", async () => {
  const store = await history(2);
  await expect(
    openTable(store, { asOf: { timestamp: "2025-12-31T00:00:00Z" } }),
  ).rejects.toMatchObject({
    code: "LAKE_VERSION_NOT_FOUND",
    message: expect.stringContaining("the earliest, 0, is of 2026-01-01T00:00:00.000Z") as string,
  });
  await expect(
    openTable(store, { asOf: { timestamp: "2026-02-01T00:00:00Z" } }),
  ).rejects.toMatchObject({ code: "LAKE_VERSION_NOT_FOUND" });
});

test("a version that does not exist is named, with the latest", async () => {
  const store = await history(2);
  await expect(openTable(store, { asOf: { version: 45n } })).rejects.toMatchObject({
    code: "LAKE_VERSION_NOT_FOUND",
    message: "Version 45 of table memory: does not exist; the latest is 2.",
  });
});

test.each([{}, { version: 1.5 }, { timestamp: "yesterday" }, { timestamp: "2026-01-01T00:00:00" }])(
  "%j is no moment",
  async (asOf) => {
    const store = await history(1);
    await expect(openTable(store, { asOf: asOf as never })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
  },
);

test("history tells the commits, newest first", async () => {
  const table = await openTable(await history(3));
  const commits = await table.history();
  expect(commits.map(({ version, operation }) => [version, operation])).toEqual([
    [3n, "WRITE"],
    [2n, "WRITE"],
    [1n, "WRITE"],
    [0n, "CREATE TABLE"],
  ]);
  expect(commits[0]).toMatchObject({
    timestamp: new Date(START + 3 * 60_000),
    metrics: { numFiles: "1", numOutputRows: "10" },
    isBlindAppend: true,
  });
  expect(await table.history(2)).toEqual(commits.slice(0, 2));
});

test("a table in another place is not there", async () => {
  const store = await history(1);
  await expect(openTable(store.at("elsewhere"))).rejects.toMatchObject({
    code: "LAKE_TABLE_NOT_FOUND",
  });
});

test("refresh moves on, and only refresh", async () => {
  const store = await history(1);
  const reader = await openTable(store);
  await (await openTable(store)).append(someSales(5, 10));
  expect(ids(await reader.scan().rows())).toEqual(upTo(10));
  await reader.refresh();
  expect(ids(await reader.scan().rows())).toEqual(upTo(15));
});

test("a clock of fractions gives the log whole milliseconds", async () => {
  const store = memoryStore();
  let now = START + 0.7;
  const clock = (): number => (now += 0.25);
  const properties = { "delta.enableInCommitTimestamps": "true" };
  const table = await createTable(store, sales, { clock, checkpointInterval: 1, properties });
  await table.append(someSales(5), { txn: { appId: "loader", version: 1 } });
  await table.delete(eq("id", 1n));
  await table.optimize({ zOrderBy: ["id"] });
  await table.restore({ version: 1n });
  for (let version = 0; version <= Number(table.version); version++) {
    const text = await textOf(store, `_delta_log/${String(version).padStart(20, "0")}.json`);
    const times = [...text.matchAll(/"[A-Za-z]*(?:[Tt]ime|[Tt]imestamp|Updated)":([^,}]*)/g)];
    expect(times.length).toBeGreaterThan(0);
    for (const [, time] of times) expect(time).toMatch(/^\d+$/);
  }
  expect((await table.verify({ depth: "data" })).findings).toEqual([]);
});

test.each([NaN, 1e20, undefined, 5n])("a clock that gives %s is refused", async (time) => {
  const clock = (): number => time as number;
  const refused = { code: "LAKE_INVALID_OPTION", message: expect.stringContaining("no time") };
  await expect(createTable(memoryStore(), sales, { clock })).rejects.toMatchObject(refused);
  const store = await history(1);
  const table = await openTable(store, { clock });
  await expect(table.append(someSales(1))).rejects.toMatchObject(refused);
});
