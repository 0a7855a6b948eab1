import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { bool, defineTable, int64, nullable, timestamp, toBatch, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import {
  type BronzeHistory,
  type BronzeHistoryOptions,
  memoryStore,
  openBronzeHistory,
  type RecordOptions,
  type Store,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { fault, faulty, killedAt } from "../table/faults.ts";

const folder = mkdtempSync(join(tmpdir(), "bronze-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const customers = defineTable("customers", { id: int64(), name: utf8(), city: nullable(utf8()) });
const source = { system: "EBP_PG", table: "Customer" };
const open = (
  store: Store = memoryStore(),
  options: Partial<BronzeHistoryOptions> = {},
): Promise<BronzeHistory<typeof customers>> =>
  openBronzeHistory(store, customers, { key: ["id"], source, ...options });

const row = (
  id: number,
  name: string,
  city?: string,
): { id: bigint; name: string; city?: string } => ({
  id: BigInt(id),
  name,
  ...(city !== undefined && { city }),
});
const at = (day: number): bigint => BigInt(Date.UTC(2026, 0, day)) * 1000n;
type Version = Readonly<Record<string, unknown>>;
const versionsOf = async (history: BronzeHistory<never>): Promise<Version[]> => {
  await history.table.refresh();
  return history.table.scan().rows();
};

describe("a load", () => {
  test("has the source's columns and the eight of bronze, partitioned by day of ingestion", async () => {
    const history = await open(undefined, { clock: () => Date.UTC(2026, 10, 21, 23, 59) });
    const done = await history.record([row(1, "Ann")], {
      mode: "snapshot",
      at: at(1),
      fileName: "customer.csv",
    });
    expect(done).toEqual({
      version: 1n,
      written: true,
      rowsRead: 1,
      rowsInserted: 1,
      rowsChanged: 0,
      rowsDeleted: 0,
      rowsUnchanged: 0,
      rowsIgnored: 0,
    });
    expect(await history.current().rows()).toEqual([
      {
        id: 1n,
        name: "Ann",
        city: null,
        _bronze_ingestion_timestamp: BigInt(Date.UTC(2026, 10, 21, 23, 59)) * 1000n,
        _bronze_source_system: "EBP_PG",
        _bronze_source_table: "Customer",
        _bronze_file_name: "customer.csv",
        _bronze_record_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        _bronze_is_deleted: false,
        _bronze_valid_from: at(1),
        _bronze_valid_to: null,
        _bronze_ingestion_date: "2026-11-21",
      },
    ]);
    expect(history.table.files()[0]!.path).toMatch(/^_bronze_ingestion_date=2026-11-21\//);
  });

  test("that changes nothing writes nothing; one that does is one commit", async () => {
    const history = await open();
    const rows = [row(1, "Ann"), row(2, "Bob")];
    await history.record(rows, { mode: "snapshot" });
    expect(await history.record(rows.reverse(), { mode: "snapshot" })).toMatchObject({
      written: false,
      version: 1n,
      rowsUnchanged: 2,
    });
    const changed = [row(1, "Anna"), row(3, "Cy")];
    expect(await history.record(changed, { mode: "snapshot" })).toMatchObject({
      written: true,
      version: 2n,
      rowsInserted: 1,
      rowsChanged: 1,
      rowsDeleted: 1,
    });
  });

  test("follows everything recorded where it says no time, even within a millisecond", async () => {
    const history = await open(undefined, { clock: () => 1_000 });
    for (const name of ["a", "b", "c"]) await history.record([row(1, name)], { mode: "snapshot" });
    const versions = await versionsOf(history as never);
    const told = versions
      .map((one) => [one["name"], one["_bronze_valid_from"], one["_bronze_valid_to"]])
      .sort();
    expect(told).toEqual([
      ["a", 1_000_000n, 1_000_001n],
      ["b", 1_000_001n, 1_000_002n],
      ["c", 1_000_002n, null],
    ]);
  });

  test("that was recorded before changes nothing, even after later ones", async () => {
    const store = memoryStore();
    const history = await open(store);
    const load = (name: string, version: number): ReturnType<typeof history.record> =>
      history.record([row(1, name)], { mode: "changes", txn: { appId: "erp", version } });
    await load("old", 1);
    await load("new", 2);
    const again = await open(store);
    expect(
      await again.record([row(1, "old")], { mode: "changes", txn: { appId: "erp", version: 1 } }),
    ).toMatchObject({ written: false, version: 2n });
    // A load without a change is remembered as well.
    expect(await load("new", 3)).toMatchObject({ written: false, version: 3n });
    expect(history.table.transactions.get("erp")).toBe(3n);
    expect(await load("later", 3)).toMatchObject({ written: false, version: 3n });
    expect((await again.current().rows()).map(({ name }) => name)).toEqual(["new"]);
  });

  test("takes Arrow batches, several of them", async () => {
    const history = await open();
    const input = defineTable("customers", { id: int64(), name: utf8(), city: nullable(utf8()) });
    const batches = [toBatch(input, [row(1, "Ann")]), toBatch(input, [row(2, "Bob", "Köln")])];
    await history.record(batches, { mode: "snapshot" });
    expect(
      await history.record([row(2, "Bob", "Köln"), row(1, "Ann")], { mode: "snapshot" }),
    ).toMatchObject({ rowsUnchanged: 2, written: false });
  });
});

describe("a deleted record", () => {
  const changes = defineTable("customers", {
    id: int64(),
    name: utf8(),
    at: timestamp("us"),
    gone: bool(),
  });
  const opened = (store: Store = memoryStore()): Promise<BronzeHistory<typeof changes>> =>
    openBronzeHistory(store, changes, { key: ["id"], source, changedAt: "at", deleted: "gone" });

  test("gets a tombstone with its last values, which ends when it comes back", async () => {
    const history = await open();
    for (const [day, rows] of [
      [1, [row(1, "Ann"), row(2, "Bob")]],
      [2, [row(2, "Bob")]],
      [3, [row(1, "Ann"), row(2, "Bob")]],
    ] as const) {
      await history.record(rows, { mode: "snapshot", at: at(day), fileName: `${day}.csv` });
    }
    const ann = (await versionsOf(history as never)).filter(({ id }) => id === 1n);
    expect(
      ann
        .map((one) => [
          one["_bronze_file_name"],
          one["_bronze_is_deleted"],
          one["name"],
          one["_bronze_valid_from"],
          one["_bronze_valid_to"],
        ])
        .sort(),
    ).toEqual([
      ["1.csv", false, "Ann", at(1), at(2)],
      ["2.csv", true, "Ann", at(2), at(3)],
      ["3.csv", false, "Ann", at(3), null],
    ]);
    expect(new Set(ann.map((one) => one["_bronze_record_hash"])).size).toBe(1);
    expect((await history.asOf(at(2)).rows()).map(({ id }) => id)).toEqual([2n]);
  });

  test("needs its key only, and may be deleted before it is known", async () => {
    const history = await opened();
    const gone = { id: 1n, at: at(5), gone: true } as never;
    expect(await history.record([gone], { mode: "changes" })).toMatchObject({ rowsDeleted: 1 });
    await history.record([{ id: 1n, name: "Ann", at: at(3), gone: false }], { mode: "changes" });
    expect(await history.current().rows()).toEqual([]);
    expect((await history.asOf(at(4)).rows()).map(({ name }) => name)).toEqual(["Ann"]);
    const half = { id: 2n, at: at(5), gone: false } as never;
    await expect(history.record([half], { mode: "changes" })).rejects.toMatchObject({
      code: "LAKE_INVALID_VALUE",
      message: expect.stringContaining('row 0 has no "name"') as unknown,
    });
  });

  test("changes of one key in one batch are taken in the order of their time", async () => {
    const history = await opened();
    await history.record(
      [
        { id: 1n, name: "c", at: at(4), gone: false },
        { id: 1n, name: "a", at: at(1), gone: false },
        { id: 1n, name: "a", at: at(2), gone: false },
        { id: 1n, name: "x", at: at(3), gone: true },
      ],
      { mode: "changes" },
    );
    const told = async (day: number): Promise<unknown[]> =>
      (await history.asOf(at(day)).rows()).map(({ name }) => name);
    expect([await told(1), await told(2), await told(3), await told(4)]).toEqual([
      ["a"],
      ["a"],
      [],
      ["c"],
    ]);
  });
});

describe("refused is", () => {
  const refused = async (
    rows: readonly object[],
    options: RecordOptions,
    extra: Partial<BronzeHistoryOptions> = {},
  ): Promise<unknown> => {
    const history = await open(undefined, extra);
    await history.record(
      [1, 2, 3, 4].map((id) => row(id, "x")),
      { mode: "snapshot", at: at(2) },
    );
    const before = await versionsOf(history as never);
    const error: unknown = await history.record(rows as never, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(await versionsOf(history as never)).toEqual(before);
    return error;
  };

  test.each([
    ["an empty extract", [], { mode: "snapshot" }, "LAKE_INVALID_VALUE"],
    ["a much smaller extract", [row(1, "x")], { mode: "snapshot" }, "LAKE_INVALID_VALUE"],
    ["a key twice", [row(1, "x"), row(1, "x")], { mode: "changes" }, "LAKE_MERGE_AMBIGUOUS"],
    ["another row for a time", [row(1, "y")], { mode: "changes", at: at(2) }, "LAKE_INVALID_VALUE"],
    ["no mode", [row(1, "y")], {}, "LAKE_INVALID_OPTION"],
    ["an unknown option", [row(1, "y")], { mode: "changes", upsert: true }, "LAKE_INVALID_OPTION"],
    [
      "a time without a zone",
      [],
      { mode: "changes", at: "2026-01-01T00:00:00" },
      "LAKE_INVALID_OPTION",
    ],
    ["a null key", [{ name: "y" }], { mode: "changes" }, "CORE_INVALID_VALUE"],
    [
      "a row with an unknown column",
      [{ ...row(1, "y"), zip: 1 }],
      { mode: "changes" },
      "CORE_INVALID_VALUE",
    ],
  ])("%s", async (_, rows, options, code) => {
    expect(await refused(rows, options as RecordOptions)).toMatchObject({ code });
  });

  test.each([
    [{ key: [] }],
    [{ key: ["nope"] }],
    [{ changedAt: "name" }],
    [{ deleted: "name" }],
    [{ compare: ["nope"] }],
    [{ source: { system: "x" } as never }],
    [{ tracked: ["name"] } as never],
  ])("a history with %j", async (options) => {
    await expect(open(undefined, options)).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
  });

  test("an empty extract is taken where that is said", async () => {
    const history = await open();
    await history.record([row(1, "x")], { mode: "snapshot" });
    await history.record([], { mode: "snapshot", maxDeletedShare: 1 });
    expect(await history.current().rows()).toEqual([]);
  });

  test("a history whose table has other columns", async () => {
    const store = memoryStore();
    await open(store);
    const other = defineTable("customers", { id: int64(), name: utf8(), zip: utf8() });
    await expect(openBronzeHistory(store, other, { key: ["id"], source })).rejects.toMatchObject({
      code: "LAKE_SCHEMA_MISMATCH",
    });
  });
});

/** What stands at each time, kept by key as a list of statements: a naive history. */
type Statement = { readonly t: number; readonly value: string | undefined };

describe("against a naive model", () => {
  const id = fc.integer({ min: 0, max: 5 });
  const value = fc.constantFrom("a", "b", "c");
  const snapshot = fc.uniqueArray(fc.tuple(id, value), { selector: ([key]) => key, maxLength: 6 });

  test("asOf gives each extract back; versions do not overlap, and one of each key is open", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(snapshot, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.boolean(),
        async (extracts, vectors, feed) => {
          const history = await open(undefined, {
            properties: {
              ...(vectors && { "delta.enableDeletionVectors": "true" }),
              ...(feed && { "delta.enableChangeDataFeed": "true" }),
            },
          });
          for (const [k, extract] of extracts.entries()) {
            await history.record(
              extract.map(([key, name]) => row(key, name)),
              { mode: "snapshot", at: at(k + 1), maxDeletedShare: 1 },
            );
          }
          for (const [k, extract] of extracts.entries()) {
            const told = (await history.asOf(at(k + 1)).rows()).map((one) => [
              Number(one.id),
              one.name,
            ]);
            expect(told.sort()).toEqual([...extract].sort());
          }
          assertSound(await versionsOf(history as never));
        },
      ),
      { numRuns: runs(40) },
    );
  });

  test("changes that come late and in any order tell the same as a list of them", async () => {
    const table = defineTable("c", {
      id: int64(),
      name: nullable(utf8()),
      at: timestamp("us"),
      gone: bool(),
    });
    const event = fc.record({ id, t: fc.integer({ min: 1, max: 12 }), value: fc.option(value) });
    const batches = fc.array(
      fc.uniqueArray(event, { selector: (one) => `${one.id} ${one.t}`, maxLength: 6 }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(batches, async (loads) => {
        const history = await openBronzeHistory(memoryStore(), table, {
          key: ["id"],
          source,
          changedAt: "at",
          deleted: "gone",
          compare: ["name"],
        });
        const model = new Map<number, Statement[]>();
        for (const load of loads) {
          await history.record(
            load.map((one) => ({
              id: BigInt(one.id),
              name: one.value,
              at: at(one.t),
              gone: one.value === null,
            })),
            { mode: "changes" },
          );
          for (const one of [...load].sort((a, b) => a.t - b.t)) {
            const list = model.get(one.id) ?? [];
            model.set(one.id, list);
            const stands = list.filter(({ t }) => t <= one.t).at(-1);
            const said = one.value ?? undefined;
            // What is recorded for a time stays; what says the same as what stands is not recorded.
            if (stands && (stands.value === said || stands.t === one.t)) continue;
            list.push({ t: one.t, value: said });
            list.sort((a, b) => a.t - b.t);
          }
        }
        for (let t = 1; t <= 12; t++) {
          const wanted = [...model].flatMap(([key, list]) => {
            const name = list.filter((one) => one.t <= t).at(-1)?.value;
            return name === undefined ? [] : [[key, name]];
          });
          const told = (await history.asOf(at(t)).rows()).map((one) => [Number(one.id), one.name]);
          expect(told.sort()).toEqual(wanted.sort());
        }
        const versions = await versionsOf(history as never);
        expect(versions.length).toBe([...model.values()].flat().length);
        assertSound(versions);
      }),
      { numRuns: runs(60) },
    );
  });
});

/** Versions of a key follow one another without a gap, and the last is open. */
function assertSound(versions: readonly Version[]): void {
  const byKey = Map.groupBy(versions, (one) => one["id"] as bigint);
  for (const list of byKey.values()) {
    const sorted = list.sort((a, b) =>
      Number((a["_bronze_valid_from"] as bigint) - (b["_bronze_valid_from"] as bigint)),
    );
    for (const [k, one] of sorted.entries()) {
      expect(one["_bronze_valid_to"]).toBe(sorted[k + 1]?.["_bronze_valid_from"] ?? null);
    }
  }
}

describe("with others, and with a store that fails", () => {
  test("two loaders that record at once lose nothing", async () => {
    const store = memoryStore();
    const loaders = await Promise.all([open(store), open(store), open(store)]);
    await Promise.all(
      loaders.map(async (history, k) => {
        for (let n = 0; n < 5; n++) {
          const rows = [row(0, `${k}.${n}`), row(10 * (k + 1) + n, "own")];
          await history.record(rows, { mode: "changes" });
        }
      }),
    );
    const versions = await versionsOf((await open(store)) as never);
    assertSound(versions);
    expect(versions.filter(({ id }) => id === 0n)).toHaveLength(15);
    expect(versions.filter(({ name }) => name === "own")).toHaveLength(15);
  });

  test("a load that fails leaves the history as it was, and no file", async () => {
    const inner = memoryStore();
    let isFull = false;
    const store = faulty(inner, {
      before: (_, path) => {
        if (isFull && path.startsWith("_delta_log/")) throw fault("ENOSPC", path);
      },
    });
    const history = await open(store);
    await history.record([row(1, "a"), row(2, "b")], { mode: "snapshot" });
    const paths = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const { path } of inner.list("")) found.push(path);
      return found;
    };
    const before = await paths();
    isFull = true;
    await expect(
      history.record([row(1, "c"), row(2, "b")], { mode: "snapshot" }),
    ).rejects.toMatchObject({
      code: "LAKE_STORE_FULL",
    });
    expect(await paths()).toEqual(before);
    isFull = false;
    expect(await history.record([row(1, "c"), row(2, "b")], { mode: "snapshot" })).toMatchObject({
      rowsChanged: 1,
      rowsUnchanged: 1,
    });
  });

  test("a loader killed at any change of the store: the load is whole or not there, and can be repeated", async () => {
    for (const when of ["before", "after"] as const) {
      for (let call = 0; ; call++) {
        const inner = memoryStore();
        await (
          await open(inner)
        ).record([row(1, "a"), row(2, "b")], { mode: "snapshot", at: at(1) });
        const killed = killedAt(inner, call, when);
        const options = { mode: "snapshot", at: at(2), txn: { appId: "erp", version: 1 } } as const;
        const load = [row(1, "c"), row(3, "d")];
        const history = await open(killed.store).catch(() => undefined);
        await history?.record(load, options).catch(() => undefined);
        await (await open(inner)).record(load, options);
        const after = await open(inner);
        const versions = await versionsOf(after as never);
        assertSound(versions);
        expect(versions).toHaveLength(5);
        if (!killed.died()) break;
      }
    }
  });
});

test("DuckDB reads the same history", async () => {
  const path = join(folder, "history");
  const history = await open(localStore(path), { clock: () => Date.UTC(2026, 0, 5) });
  await history.record([row(1, "Ann", "Paris"), row(2, "Bob"), row(3, "Cy")], {
    mode: "snapshot",
    at: at(1),
  });
  await history.record([row(1, "Ann", "Lyon"), row(3, "Cy")], { mode: "snapshot", at: at(2) });
  const files = history.table.files().map((file) => `'${join(path, file.path)}'`);
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  const read = await duckdb.runAndReadAll(
    `SELECT id, name, city, _bronze_is_deleted, epoch_us(_bronze_valid_from), epoch_us(_bronze_valid_to)
     FROM read_parquet([${files.join(", ")}]) ORDER BY id, 5`,
  );
  expect(read.getRows()).toEqual([
    [1n, "Ann", "Paris", false, at(1), at(2)],
    [1n, "Ann", "Lyon", false, at(2), null],
    [2n, "Bob", null, false, at(1), at(2)],
    [2n, "Bob", null, true, at(2), null],
    [3n, "Cy", null, false, at(1), null],
  ]);
  duckdb.closeSync();
});
