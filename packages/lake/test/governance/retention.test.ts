import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { date, defineTable, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  and,
  createTable,
  eq,
  type LakeTable,
  memoryStore,
  openTable,
  planErasure,
  planRetention,
  type Store,
} from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { faulty } from "../table/faults.ts";

const folder = mkdtempSync(join(tmpdir(), "retention-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = defineTable("events", {
  id: int64(),
  user: utf8(),
  day: nullable(date()),
  at: timestamp("us"),
});
const dayOf = (n: number): string => `2026-01-${String(n).padStart(2, "0")}`;
const event = (id: number, day: number | null, user = "u"): object => ({
  id: BigInt(id),
  user,
  day: day === null ? null : dayOf(day),
  at: BigInt(Date.UTC(2026, 0, day ?? 1, 12)) * 1000n,
});
const clock = (): number => Date.UTC(2026, 0, 20, 6);
const idsOf = async (table: LakeTable): Promise<number[]> =>
  (await table.scan({ columns: ["id"] }).rows())
    .map((row) => Number((row as { id: bigint }).id))
    .sort((a, b) => a - b);
async function made(
  store: Store,
  rows: readonly (readonly object[])[],
  options: Parameters<typeof createTable>[2] = {},
): Promise<LakeTable> {
  const table: LakeTable = await createTable(store, events, options);
  for (const some of rows) await table.append(some as never);
  return table;
}

describe("retention", () => {
  test("removes whole partitions without reading them, and rows out of files", async () => {
    const reads: string[] = [];
    const store = faulty(memoryStore(), {
      any: (call, path) => void (call === "get" && reads.push(path)),
    });
    const rows = [event(1, 1), event(2, 9), event(3, 10), event(4, 15), event(5, null)];
    const byDay = await made(store.at("a"), [rows], { partitionBy: ["day"] });
    const plan = await planRetention(byDay, { column: "day", olderThanDays: 10, clock });
    expect(plan).toMatchObject({
      before: dayOf(10),
      rows: 2,
      filesChanged: [],
      partitionsRemoved: [`day=${dayOf(1)}`, `day=${dayOf(9)}`],
      legalHold: undefined,
    });
    expect(plan.filesRemoved).toHaveLength(2);
    expect(await idsOf(await openTable(store.at("a")))).toHaveLength(5);
    reads.length = 0;
    expect((await plan.run()).change).toMatchObject({
      rowsDeleted: 2,
      filesRemoved: 2,
      rowsCopied: 0,
    });
    expect(reads.filter((path) => path.endsWith(".parquet"))).toEqual([]);
    expect(await idsOf(byDay)).toEqual([3, 4, 5]);
  });

  test("by a timestamp: files whose statistics prove it are removed, others lose rows", async () => {
    const table = await made(memoryStore(), [
      [event(1, 1), event(2, 2)],
      [event(3, 3), event(4, 19)],
      [event(5, 18)],
    ]);
    const plan = await planRetention(table, { column: "at", olderThanDays: 10, clock });
    expect(plan).toMatchObject({ before: "2026-01-10T06:00:00Z", rows: 3, partitionsRemoved: [] });
    expect([plan.filesRemoved.length, plan.filesChanged.length]).toEqual([1, 1]);
    const { vacuum } = await (
      await planRetention(table, {
        column: "at",
        olderThanDays: 10,
        clock,
        vacuum: true,
      })
    ).run();
    expect(vacuum).toEqual({ filesRemoved: 0, bytesRemoved: 0 });
    expect(await idsOf(table)).toEqual([4, 5]);
  });

  test("keeps what a filter keeps, for rows and ages of any kind", async () => {
    const days = fc.array(fc.option(fc.integer({ min: 1, max: 19 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        days,
        fc.integer({ min: 0, max: 25 }),
        fc.boolean(),
        async (given, age, split) => {
          const rows = given.map((day, id) => event(id, day));
          const table = await made(memoryStore(), [rows], { partitionBy: split ? ["day"] : [] });
          const plan = await planRetention(table, { column: "day", olderThanDays: age, clock });
          const goes = (day: number | null): boolean => day !== null && day < 20 - age;
          expect(plan.rows).toBe(given.filter(goes).length);
          await plan.run();
          expect(await idsOf(table)).toEqual(given.flatMap((day, id) => (goes(day) ? [] : [id])));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("a legal hold, set at any time before, keeps everything", async () => {
    const store = memoryStore();
    const table = await made(store, [[event(1, 1)]]);
    const options = { column: "day", olderThanDays: 1, clock };
    const plan = await planRetention(table, options);
    const other = await openTable(store);
    await other.alter({ setProperties: { "lakewright.legalHold": "case 4711" } });
    await expect(plan.run()).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
      message: expect.stringContaining("case 4711") as unknown,
    });
    expect((await planRetention(table, options)).legalHold).toBe("case 4711");
    await expect((await planErasure(table, eq("id", 1n))).run()).rejects.toMatchObject({
      code: "LAKE_CONSTRAINT_VIOLATED",
    });
    expect(await idsOf(table)).toEqual([1]);
    await other.alter({ unsetProperties: ["lakewright.legalHold"] });
    expect((await (await planRetention(table, options)).run()).change.rowsDeleted).toBe(1);
  });

  test("a hold that is set while rows are being removed wins", async () => {
    const inner = memoryStore();
    let other: LakeTable | undefined;
    const store = faulty(inner, {
      before: async (call, path) => {
        if (!other || call !== "putIfAbsent" || !path.startsWith("_delta_log/")) return;
        const holder = other;
        other = undefined;
        await holder.alter({ setProperties: { "lakewright.legalHold": "late" } });
      },
    });
    const table = await made(store, [[event(1, 1), event(2, 19)]]);
    const plan = await planRetention(table, { column: "day", olderThanDays: 5, clock });
    other = await openTable(inner);
    await expect(plan.run()).rejects.toMatchObject({ code: "LAKE_COMMIT_CONFLICT" });
    expect(await idsOf(await openTable(inner))).toEqual([1, 2]);
  });

  test.each([
    [{ olderThanDays: 3 }],
    [{ column: "day" }],
    [{ column: "user", olderThanDays: 3 }],
    [{ column: "day", olderThanDays: -1 }],
    [{ column: "day", olderThanDays: 3, keep: 1 }],
  ])("%j is refused", async (options) => {
    const table = await made(memoryStore(), []);
    await expect(planRetention(table, options as never)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
  });
});

describe("erasure", () => {
  const ann = eq("user", "ann");
  const three = [
    [event(1, 1, "ann"), event(2, 2, "bob")],
    [event(3, 3, "bob")],
    [event(4, 4, "ann"), event(5, 5, "cy")],
  ];

  test("tells which versions still hold the rows, and removes them from the store", async () => {
    const path = join(folder, "erased");
    const table = await made(localStore(path), three);
    const plan = await planErasure(table, ann, { vacuumNow: true });
    expect(plan).toMatchObject({ version: 3n, rows: 2, versions: [1n, 2n, 3n] });
    expect(plan.files.map(({ rows, from, to, kind }) => [rows, from, to, kind])).toEqual([
      [1, 1n, undefined, "data"],
      [1, 3n, undefined, "data"],
    ]);
    const done = await plan.run();
    expect(done).toMatchObject({ rowsDeleted: 2, remaining: [], erasableAt: undefined });
    expect(await idsOf(table)).toEqual([2, 3, 5]);
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    const read = await duckdb.runAndReadAll(
      `SELECT count(*) FILTER ("user" = 'ann'), count(DISTINCT id) FROM read_parquet('${path}/*.parquet')`,
    );
    expect(read.getRows()).toEqual([[0n, 3n]]);
    duckdb.closeSync();
  });

  test("without a vacuum says what remains, and from when it can go", async () => {
    const table = await made(memoryStore(), three);
    const done = await (await planErasure(table, ann)).run();
    expect(done.remaining.map(({ from, to }) => [from, to])).toEqual([
      [1n, 4n],
      [3n, 4n],
    ]);
    expect(done.erasableAt).toBeGreaterThan(new Date().getTime() + 167 * 3_600_000);
    expect((await planErasure(table, ann)).versions).toEqual([1n, 2n, 3n]);
    await table.vacuum({ retainHours: 0, allowShortRetention: true });
    expect((await planErasure(table, ann)).versions).toEqual([]);
  });

  test("rows that a deletion vector hides, and those in the change feed, are held and go as well", async () => {
    const table = await made(memoryStore(), three, {
      properties: { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" },
    });
    await table.update({ set: { user: "ann" }, where: eq("id", 5n) });
    await table.delete(and(ann, eq("id", 1n)));
    const plan = await planErasure(table, ann, { vacuumNow: true });
    expect(plan.rows).toBe(2);
    expect(plan.files.some(({ kind }) => kind === "changes")).toBe(true);
    const hidden = plan.files.filter(({ to }) => to === undefined).map(({ rows }) => rows);
    expect(hidden.reduce((sum, rows) => sum + rows, 0)).toBeGreaterThan(2);
    const done = await plan.run();
    expect(done.filesRewritten).toBeGreaterThan(0);
    expect(done.remaining).toEqual([]);
    expect(await idsOf(table)).toEqual([2, 3]);
    expect((await table.verify({ depth: "data" })).findings).toEqual([]);
  });

  test("of nothing changes nothing", async () => {
    const table = await made(memoryStore(), three);
    const plan = await planErasure(table, eq("user", "nobody"));
    expect(plan).toMatchObject({ rows: 0, files: [], versions: [] });
    expect(await plan.run()).toMatchObject({ version: 3n, rowsDeleted: 0, filesRewritten: 0 });
    await expect(planErasure(table, undefined as never)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
  });
});
