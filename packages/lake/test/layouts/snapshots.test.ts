import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { toBatch } from "@lakewright/core";
import { decimal, defineTable, int64, oneOf, uint32 } from "@lakewright/core";
import { afterAll, describe, expect, test } from "vitest";
import {
  eq,
  listSnapshots,
  memoryStore,
  openSnapshot,
  planSnapshotRetention,
  type Store,
  writeSnapshot,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { fault, faulty, killedAt } from "../table/faults.ts";

const folder = mkdtempSync(join(tmpdir(), "snapshots-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const summary = defineTable("user_transaction_summary", {
  user_id: int64(),
  transaction_type: oneOf(["purchase", "refund"]),
  transaction_count: uint32(),
  total_amount: decimal(12, 2),
});
const rows = (total: string, count = 2): Parameters<typeof toBatch<typeof summary>>[1] =>
  Array.from({ length: count }, (_, k) => ({
    user_id: BigInt(k),
    transaction_type: "purchase" as const,
    transaction_count: k,
    total_amount: total,
  }));
const at = (store: Store): Store => store.at("tables/user_transaction_summary");
const paths = async (store: Store): Promise<string[]> => {
  const found: string[] = [];
  for await (const { path } of store.list("")) found.push(path);
  return found;
};
const totalOf = async (store: Store, version?: number): Promise<string[]> =>
  (await (await openSnapshot(store, { version, table: summary })).scan().rows()).map((row) =>
    row.total_amount.toString(),
  );

describe("a snapshot table", () => {
  test("has a folder for each version, which DuckDB reads, and the types it was written with", async () => {
    const store = at(localStore(folder));
    expect(await writeSnapshot(store, summary, rows("1.00"))).toMatchObject({
      version: 1,
      rows: 2,
      files: 1,
    });
    expect(await writeSnapshot(store, summary, rows("2.50", 3))).toMatchObject({
      version: 2,
      rows: 3,
    });
    expect((await paths(store)).filter((path) => path.endsWith(".parquet"))).toEqual([
      expect.stringMatching(/^version=v1\/[^/]+\.parquet$/),
      expect.stringMatching(/^version=v2\/[^/]+\.parquet$/),
    ]);
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    const read = await duckdb.runAndReadAll(
      `SELECT version, count(*), sum(total_amount)::VARCHAR FROM
       read_parquet('${folder}/tables/*/version=v*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1`,
    );
    expect(read.getRows()).toEqual([
      ["v1", 2n, "2.00"],
      ["v2", 3n, "7.50"],
    ]);
    duckdb.closeSync();
    const latest = await openSnapshot(store);
    expect([latest.version, latest.rows]).toEqual([2, 3]);
    expect(latest.table.columns).toEqual(summary.columns);
    expect(await latest.scan({ where: eq("user_id", 2n), columns: ["user_id"] }).rows()).toEqual([
      { user_id: 2n },
    ]);
    expect(await totalOf(store, 1)).toEqual(["1.00", "1.00"]);
    expect(
      (await listSnapshots(store)).map(({ version, rows: count }) => [version, count]),
    ).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  test("may be empty", async () => {
    const store = memoryStore();
    await writeSnapshot(store, summary, []);
    const snapshot = await openSnapshot(store, { table: summary });
    expect([await snapshot.scan().rows(), snapshot.rows, snapshot.files()]).toEqual([[], 0, []]);
  });

  test("gives writers at the same time a number each", async () => {
    const store = memoryStore();
    const written = await Promise.all(
      Array.from({ length: 12 }, (_, k) => writeSnapshot(store, summary, rows(`${k}.00`))),
    );
    const numbers = written.map(({ version }) => version);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers.map((_, k) => k + 1));
    for (const [k, { version }] of written.entries()) {
      expect(await totalOf(store, version)).toEqual([`${k}.00`, `${k}.00`]);
    }
  });

  test("never shows a version of a writer killed at any change of the store", async () => {
    for (const when of ["before", "after"] as const) {
      for (let call = 0; ; call++) {
        const inner = memoryStore();
        await writeSnapshot(inner, summary, rows("1.00"));
        const killed = killedAt(inner, call, when);
        await writeSnapshot(killed.store, summary, rows("2.00")).catch(() => undefined);
        const shown = await totalOf(inner);
        expect([
          ["1.00", "1.00"],
          ["2.00", "2.00"],
        ]).toContainEqual(shown);
        await writeSnapshot(inner, summary, rows("3.00"));
        expect(await totalOf(inner)).toEqual(["3.00", "3.00"]);
        if (!killed.died()) break;
      }
    }
  });

  test("a writer whose disk is full leaves no data", async () => {
    const inner = memoryStore();
    const store = faulty(inner, {
      before: (call, path) => {
        if (call === "put" && path.includes("_manifest")) throw fault("ENOSPC", path);
      },
    });
    await expect(writeSnapshot(store, summary, rows("1.00"))).rejects.toMatchObject({
      code: "LAKE_STORE_FULL",
    });
    expect((await paths(inner)).filter((path) => path.endsWith(".parquet"))).toEqual([]);
    await expect(openSnapshot(inner)).rejects.toMatchObject({ code: "LAKE_TABLE_NOT_FOUND" });
    await expect(openSnapshot(inner, { version: 1 })).rejects.toMatchObject({
      code: "LAKE_VERSION_NOT_FOUND",
      message: expect.stringContaining("was begun and is not complete") as unknown,
    });
  });

  test("tells what is missing, damaged or asked for wrongly", async () => {
    const store = memoryStore();
    await expect(openSnapshot(store)).rejects.toMatchObject({ code: "LAKE_TABLE_NOT_FOUND" });
    await writeSnapshot(store, summary, rows("1.00"));
    await expect(openSnapshot(store, { version: 7 })).rejects.toMatchObject({
      code: "LAKE_VERSION_NOT_FOUND",
      hint: "There are 1.",
    });
    await expect(openSnapshot(store, { version: 0 })).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
    await expect(writeSnapshot(store, summary, [], { keep: 1 } as never)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
    const data = (await paths(store)).find((path) => path.endsWith(".parquet"))!;
    await store.delete(data);
    await expect(openSnapshot(store)).rejects.toMatchObject({
      code: expect.stringMatching(/NOT_FOUND/) as unknown,
    });
    await store.put("version=v1/_manifest.json", new TextEncoder().encode("{"));
    await expect(openSnapshot(store)).rejects.toMatchObject({ code: "LAKE_CORRUPT_LOG" });
  });
});

describe("retention of snapshots", () => {
  test("keeps the last versions and removes broken ones, once they are old", async () => {
    const store = memoryStore();
    for (const total of ["1.00", "2.00", "3.00"]) await writeSnapshot(store, summary, rows(total));
    const killed = killedAt(store, 2);
    await writeSnapshot(killed.store, summary, rows("4.00")).catch(() => undefined);
    await writeSnapshot(store, summary, rows("5.00"));
    const young = await planSnapshotRetention(store, { keepLast: 2 });
    expect([young.versions, young.unfinished]).toEqual([[1, 2], []]);
    const later = (): number => new Date().getTime() + 25 * 3_600_000;
    const plan = await planSnapshotRetention(store, { keepLast: 2, clock: later });
    expect([plan.versions, plan.unfinished]).toEqual([[1, 2], [4]]);
    const before = await paths(store);
    const done = await plan.run();
    const after = await paths(store);
    expect(before.length - after.length).toBe(done.filesRemoved);
    expect([done.filesRemoved, done.bytesRemoved]).toEqual([plan.files, plan.bytes]);
    expect((await listSnapshots(store)).map(({ version }) => version)).toEqual([3, 5]);
    expect(after.every((path) => /^version=v[35]\//.test(path))).toBe(true);
    expect((await writeSnapshot(store, summary, [])).version).toBe(6);
  });

  test.each([[{}], [{ keepLast: 0 }], [{ keepLast: 1, days: 3 }]])(
    "%j is refused",
    async (options) => {
      await expect(planSnapshotRetention(memoryStore(), options as never)).rejects.toMatchObject({
        code: "LAKE_INVALID_OPTION",
      });
    },
  );
});
