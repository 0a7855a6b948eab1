import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { createTable, memoryStore, openTable, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { isForeign } from "../../src/upkeep/vacuum-candidates.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A store and a table with one clock that tests move. */
function timed(): { store: Store; now: { ms: number }; clock: () => number } {
  const now = { ms: Date.UTC(2026, 0, 1) };
  const clock = (): number => now.ms;
  return { store: memoryStore({ now: clock }), now, clock };
}

const bytes = new TextEncoder().encode("orphan");

test("removes what overwrites left behind once it is older than a week, and orphans", async () => {
  const { store, now, clock } = timed();
  const table = await createTable(store, sales, { clock });
  await table.append(someSales(5));
  await store.put("part-orphan.parquet", bytes);
  now.ms += 8 * DAY;
  const first = await dataFiles(store);
  await table.overwrite(someSales(5, 5));
  await store.put("part-young.parquet", bytes);
  // The file of the first version was removed just now, so versions of this week need it; the orphan nobody does.
  const plan = await table.planVacuum();
  expect(plan.files).toEqual(["part-orphan.parquet"]);
  expect(plan.bytes).toBe(bytes.length);
  expect(await plan.run()).toEqual({ filesRemoved: 1, bytesRemoved: bytes.length });
  expect(ids(await table.scan({ asOf: { version: 1n } }).rows())).toEqual(upTo(5));
  now.ms += 8 * DAY;
  expect(await table.vacuum()).toMatchObject({ filesRemoved: 2 });
  const left = await dataFiles(store);
  expect(left).toHaveLength(1);
  expect(first).not.toContain(left[0]);
  expect(ids(await table.scan().rows())).toEqual(upTo(10).slice(5));
});

test("what killed writers left half-written goes once it is old", async () => {
  const root = await mkdtemp(join(tmpdir(), "lakewright-vacuum-"));
  const store = localStore(root);
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  await table.append(someSales(9));
  const unfinished = (folder: string): string =>
    `${folder}.part-1.parquet.0f0e0d0c-0b0a-4009-8807-060504030201.tmp`;
  const folders = ["", "_delta_log/", "_delta_log/_sidecars/", "currency=EUR/", "_change_data/"];
  const old = folders.map(unfinished);
  const kept = [unfinished("_other/"), unfinished(".git/"), "currency=EUR/.note.tmp", ".a.tmp"];
  const young = ["_delta_log/", "currency=USD/"].map((folder) =>
    unfinished(folder).replace("part-1", "part-2"),
  );
  for (const path of [...old, ...kept, ...young]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), "1234567");
    const time = new Date(Date.now() - (young.includes(path) ? 1 : 8) * DAY);
    await utimes(join(root, path), time, time);
  }
  const there = async (path: string): Promise<boolean> =>
    stat(join(root, path)).then(
      () => true,
      () => false,
    );
  const plan = await table.planVacuum();
  expect([...plan.files].sort()).toEqual([...old].sort());
  expect(plan.bytes).toBe(7 * old.length);
  expect(await plan.run()).toEqual({ filesRemoved: old.length, bytesRemoved: plan.bytes });
  for (const path of old) expect(await there(path)).toBe(false);
  for (const path of [...kept, ...young]) expect(await there(path)).toBe(true);
  expect((await table.verify({ depth: "data" })).findings).toEqual([]);
  await rm(root, { recursive: true });
});

test("a vacuum is in the history, and one with nothing to do is not", async () => {
  const { store, now, clock } = timed();
  const table = await createTable(store, sales, { clock });
  await table.append(someSales(5));
  expect(await table.vacuum()).toEqual({ filesRemoved: 0, bytesRemoved: 0 });
  expect(table.version).toBe(1n);
  await store.put("a.parquet", bytes);
  now.ms += 8 * DAY;
  await table.vacuum();
  expect(await table.history(2)).toMatchObject([
    {
      operation: "VACUUM END",
      parameters: { status: "COMPLETED" },
      metrics: { numDeletedFiles: "1" },
    },
    {
      operation: "VACUUM START",
      parameters: { retentionCheckEnabled: "true", defaultRetentionMillis: String(7 * DAY) },
      metrics: { numFilesToDelete: "1", sizeOfDataToDelete: "6" },
    },
  ]);
});

test("a retention below the table's needs to be allowed", async () => {
  const { store, now, clock } = timed();
  const table = await createTable(store, sales, {
    clock,
    properties: { "delta.deletedFileRetentionDuration": "interval 2 days" },
  });
  await table.append(someSales(5));
  await table.overwrite(someSales(5, 5));
  now.ms += DAY;
  await expect(table.vacuum({ retainHours: 12 })).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
    message: expect.stringContaining("below the 48 hours") as string,
  });
  expect(await table.vacuum({ retainHours: 48 })).toMatchObject({ filesRemoved: 0 });
  expect(await table.vacuum({ retainHours: 12, allowShortRetention: true })).toMatchObject({
    filesRemoved: 1,
  });
  expect(ids(await table.scan().rows())).toEqual(upTo(10).slice(5));
});

test("a longer retention keeps files whose tombstones a checkpoint has dropped", async () => {
  const { store, now, clock } = timed();
  const table = await createTable(store, sales, { clock });
  await table.append(someSales(5));
  now.ms += DAY;
  await table.overwrite(someSales(5, 5));
  now.ms += 10 * DAY;
  await table.checkpoint();
  const fresh = await openTable(store, { clock });
  expect((await fresh.planVacuum({ retainHours: 24 * 30 })).files).toEqual([]);
  expect((await fresh.planVacuum()).files).toHaveLength(1);
});

test("what is planned and restored before it runs, stays", async () => {
  const { store, now, clock } = timed();
  const table = await createTable(store, sales, { clock });
  await table.append(someSales(5));
  await table.overwrite(someSales(5, 5));
  now.ms += 8 * DAY;
  const plan = await table.planVacuum();
  expect(plan.files).toHaveLength(1);
  await (await openTable(store, { clock })).restore({ version: 1n });
  expect(await plan.run()).toMatchObject({ filesRemoved: 0 });
  expect(ids(await table.scan().rows())).toEqual(upTo(5));
});

test("looks into partitions whose column begins with an underscore and into the change feed, nowhere else hidden", async () => {
  const { store, now, clock } = timed();
  const table = defineTable("t", { id: int64(), _p: nullable(utf8()) });
  const lake = await createTable(store, table, { partitionBy: ["_p"], clock });
  await lake.append([{ id: 1n, _p: "a" }]);
  const orphans = [
    "_p=a/old.parquet",
    "_p=z/x=1/old.parquet",
    "_change_data/_p=a/cdc-1.parquet",
    "deep/er/x.bin",
  ];
  const foreign = [
    "_SUCCESS",
    ".hidden",
    "_temporary/a.parquet",
    "_p/a.parquet",
    "a/_b/c.parquet",
    "_delta_log/junk.txt",
    "_delta_log/_sidecars/x.parquet",
  ];
  for (const path of [...orphans, ...foreign]) await store.put(path, bytes);
  now.ms += 8 * DAY;
  expect([...(await lake.planVacuum()).files].sort()).toEqual([...orphans].sort());
  expect(await lake.vacuum()).toMatchObject({ filesRemoved: orphans.length });
  for (const path of foreign) expect(await store.head(path)).toBeDefined();
  expect(await lake.scan().rows()).toHaveLength(1);
});

test("names are hidden by any of their folders", () => {
  expect(isForeign("a/b.parquet", [])).toBe(false);
  expect(isForeign("_change_data/cdc.parquet", [])).toBe(false);
  expect(isForeign("_delta_index/x", [])).toBe(false);
  expect(isForeign("a/.b/c", [])).toBe(true);
  expect(isForeign("_x=1/c", ["_x"])).toBe(false);
  expect(isForeign("_x=1/_y=2/c", ["_x"])).toBe(true);
});

test("escaped partition folders and absolute paths are known as what they are", async () => {
  const { store, now, clock } = timed();
  const place = defineTable("place", { id: int64(), p: nullable(utf8()) });
  const table = await createTable(store, place, { partitionBy: ["p"], clock });
  const values = ["US/East", "100%25", "é =x", "a{b}", null];
  await table.append(values.map((p, n) => ({ id: BigInt(n), p })));
  now.ms += 8 * DAY;
  expect((await table.planVacuum()).files).toEqual([]);
});

test("a table this package cannot write is not vacuumed", async () => {
  const { store, clock } = timed();
  await createTable(store, sales, { clock });
  const line = {
    protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["futureFeature"] },
  };
  await store.put(
    "_delta_log/00000000000000000001.json",
    new TextEncoder().encode(JSON.stringify(line)),
  );
  const table = await openTable(store, { clock });
  await expect(table.vacuum()).rejects.toMatchObject({ code: "LAKE_UNSUPPORTED_FEATURE" });
});
