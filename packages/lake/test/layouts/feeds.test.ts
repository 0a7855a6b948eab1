import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { date, defineTable, int64, timestamp, utf8 } from "@lakewright/core";
import { afterAll, describe, expect, test } from "vitest";
import {
  createTable,
  eq,
  type FeedDefinition,
  memoryStore,
  openFeeds,
  type Store,
  writeDataset,
  writeSnapshot,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { fault, faulty } from "../table/faults.ts";

const folder = mkdtempSync(join(tmpdir(), "feeds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = defineTable("events", { id: int64(), at: timestamp("us"), note: utf8() });
const someEvents = (count: number, days: number): { id: bigint; at: bigint; note: string }[] =>
  Array.from({ length: count }, (_, k) => ({
    id: BigInt(k),
    at: BigInt(Date.UTC(2026, 0, 1 + (k % days))) * 1000n,
    note: `note ${k}`,
  }));
const stream: FeedDefinition = {
  name: "transaction_stream",
  kind: "stream",
  path: "streams/transaction_stream",
  table: events,
  owner: "payments",
  description: "Every transaction.",
  freshness: { maxAgeMinutes: 60 },
};

describe("the registry", () => {
  test("keeps feeds in the lake: any program that opens it has them", async () => {
    const store = memoryStore();
    const registered = await openFeeds(store).register(stream);
    await openFeeds(store).register({ name: "a.b", kind: "delta", path: "delta/a" });
    const feeds = openFeeds(store);
    expect(await feeds.get("transaction_stream")).toEqual(registered);
    expect((await feeds.list()).map(({ name }) => name)).toEqual(["a.b", "transaction_stream"]);
    expect(registered).toMatchObject({ ...stream, enabled: true, revision: 1 });
  });

  test("registering again changes nothing; another definition is refused", async () => {
    const feeds = openFeeds(memoryStore());
    const first = await feeds.register(stream);
    expect(await feeds.register({ ...stream })).toEqual(first);
    await expect(feeds.register({ ...stream, path: "elsewhere" })).rejects.toMatchObject({
      code: "LAKE_TABLE_EXISTS",
    });
    const updated = await feeds.update(stream.name, { path: "elsewhere", owner: undefined });
    expect(updated).toMatchObject({ path: "elsewhere", revision: 2 });
    expect((await feeds.get(stream.name)).owner).toBeUndefined();
    expect((await feeds.history(stream.name)).map(({ path }) => path)).toEqual([
      stream.path,
      "elsewhere",
    ]);
  });

  test("feeds are disabled and enabled", async () => {
    const feeds = openFeeds(memoryStore());
    await feeds.register(stream);
    await feeds.register({ ...stream, name: "other" });
    expect(await feeds.disable("other")).toMatchObject({ enabled: false, revision: 2 });
    expect((await feeds.list({ enabled: true })).map(({ name }) => name)).toEqual([stream.name]);
    await feeds.enable("other");
    expect(await feeds.list({ enabled: false })).toEqual([]);
  });

  test("programs that register and change at once lose nothing", async () => {
    const store = memoryStore();
    const programs = Array.from({ length: 6 }, () => openFeeds(store));
    const same = await Promise.all(programs.map((feeds) => feeds.register(stream)));
    expect(new Set(same.map(({ registered }) => registered.getTime())).size).toBe(1);
    await Promise.all(programs.map((feeds, k) => feeds.register({ ...stream, name: `feed-${k}` })));
    expect(await programs[0]!.list()).toHaveLength(7);
    await Promise.all(
      programs.map((feeds, k) => feeds.update(stream.name, { owner: `owner ${k}` })),
    );
    const history = await programs[0]!.history(stream.name);
    expect(
      history
        .slice(1)
        .map(({ owner }) => owner)
        .sort(),
    ).toEqual(programs.map((_, k) => `owner ${k}`));
    expect(history.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test.each([
    [{ ...stream, name: "Upper" }],
    [{ ...stream, name: "../etc" }],
    [{ ...stream, path: "/abs" }],
    [{ ...stream, path: "a/../b" }],
    [{ ...stream, kind: "view" }],
    [{ ...stream, freshness: { maxAgeMinutes: 0 } }],
    [{ ...stream, freshness: {} }],
    [{ ...stream, retention: 3 }],
    [{ name: "x", kind: "delta" }],
  ])("refuses a definition that is none, %#", async (feed) => {
    await expect(openFeeds(memoryStore()).register(feed as never)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
  });

  test("tells of feeds there are not, damaged entries, and stores that fail", async () => {
    const store = memoryStore();
    const feeds = openFeeds(store);
    for (const verb of ["get", "enable", "describe", "history"] as const) {
      await expect(feeds[verb]("nope")).rejects.toMatchObject({ code: "LAKE_TABLE_NOT_FOUND" });
    }
    await store.put("_feeds/x/0000000001.json", new TextEncoder().encode("[]"));
    await expect(feeds.get("x")).rejects.toMatchObject({ code: "LAKE_CORRUPT_LOG" });
    const failing = faulty(memoryStore(), {
      before: (_, path) => {
        throw fault("EACCES", path);
      },
    });
    await expect(openFeeds(failing).register(stream)).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
    });
    const unsafe = {
      ...memoryStore(),
      capabilities: { write: true, putIfAbsent: false, list: true },
    };
    expect(() => openFeeds(unsafe)).toThrow(expect.objectContaining({ code: "LAKE_STORE_UNSAFE" }));
  });
});

describe("describe", () => {
  const hour = 3_600_000;

  test("a stream: rows from footers, as many as DuckDB counts, and partitions from folders", async () => {
    const store = localStore(join(folder, "lake"));
    await writeDataset(store.at(stream.path), events, someEvents(500, 9), {
      partitionBy: [{ byDay: "at" }],
    });
    const feeds = openFeeds(store);
    await feeds.register(stream);
    const told = await feeds.describe(stream.name);
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    const read = await duckdb.runAndReadAll(
      `SELECT count(*), count(DISTINCT year || month || day), count(DISTINCT filename)
       FROM read_parquet('${folder}/lake/streams/*/*/*/*/*.parquet', filename = true, hive_partitioning = true)`,
    );
    duckdb.closeSync();
    expect([told.rows, told.partitions, told.files].map(BigInt as never)).toEqual(
      read.getRows()[0],
    );
    expect(told).toMatchObject({
      exists: true,
      partitionBy: ["year", "month", "day"],
      table: { columns: events.columns },
      isLate: false,
      version: undefined,
    });
    expect(told.bytes).toBeGreaterThan(1000);
    const later = openFeeds(store, { clock: () => told.lastModified!.getTime() + hour + 1 });
    expect(await later.describe(stream.name)).toMatchObject({ ageMs: hour + 1, isLate: true });
  });

  test("a snapshot table: its latest complete version", async () => {
    const store = memoryStore();
    await writeSnapshot(store.at("tables/t"), events, someEvents(3, 1));
    await writeSnapshot(store.at("tables/t"), events, someEvents(5, 1));
    const feeds = openFeeds(store);
    await feeds.register({ name: "t", kind: "table", path: "tables/t" });
    expect(await feeds.describe("t")).toMatchObject({
      rows: 5,
      version: 2n,
      files: 1,
      partitions: 1,
      isLate: undefined,
    });
  });

  test("a Delta table: from its log, and upkeep does not make it fresh", async () => {
    const days = defineTable("days", { id: int64(), day: date() });
    let now = Date.UTC(2026, 0, 1);
    const clock = (): number => now;
    // Commits are dated by the store.
    const store = memoryStore({ now: clock });
    const feeds = openFeeds(store, { clock });
    await feeds.register({ name: "d", kind: "delta", path: "d", freshness: { maxAgeMinutes: 60 } });
    expect(await feeds.describe("d")).toMatchObject({
      exists: false,
      rows: undefined,
      isLate: false,
    });
    now += 2 * hour;
    expect(await feeds.describe("d")).toMatchObject({
      exists: false,
      ageMs: undefined,
      isLate: true,
    });
    const table = await createTable(store.at("d"), days, { partitionBy: ["day"], clock });
    expect(await feeds.describe("d")).toMatchObject({
      exists: true,
      rows: 0,
      ageMs: undefined,
      version: 0n,
    });
    for (const id of [1n, 2n, 3n]) {
      await table.append([
        { id, day: "2026-01-01" },
        { id, day: "2026-01-02" },
      ]);
    }
    await table.delete(eq("id", 2n));
    now += 3 * hour;
    await table.optimize();
    const reads: string[] = [];
    const watched: Store = faulty(store, {
      any: (call, path) => void reads.push(`${call} ${path}`),
    });
    expect(await openFeeds(watched, { clock }).describe("d")).toMatchObject({
      rows: 4,
      files: 2,
      partitions: 2,
      partitionBy: ["day"],
      isLate: true,
    });
    // Commits of one millisecond are dated a millisecond apart.
    expect(Math.abs((await feeds.describe("d")).ageMs! - 3 * hour)).toBeLessThan(20);
    expect(
      reads.filter((call) => call.endsWith(".parquet") && !call.includes("_delta_log")),
    ).toEqual([]);
  });
});
