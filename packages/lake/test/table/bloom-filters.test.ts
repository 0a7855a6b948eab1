import { defineTable, int64, utf8 } from "@lakewright/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { and, createTable, eq, gte, inList, memoryStore, or, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { openParquet } from "../../src/parquet.ts";
import { randomAccess } from "../../src/store/random-access.ts";
import { dataFiles } from "./sales.ts";

const events = defineTable("events", { id: int64(), user: utf8(), note: utf8() });
const properties = { "parquet.bloom.filter.enabled#user": "true" };

/** Users in no order: statistics of no row group rule one out. */
const rowsOf = (count: number, seed: number): { id: bigint; user: string; note: string }[] =>
  Array.from({ length: count }, (_, k) => ({
    id: BigInt(k),
    user: `user ${(k * 7919 + seed * 104_729) % 1_000_003}`,
    note: `note ${k} `.repeat(8),
  }));

function counting(store: Store): { readonly store: Store; bytes: number } {
  const counted = {
    bytes: 0,
    store: new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (name !== "get") return typeof member === "function" ? member.bind(target) : member;
        return async (...args: Parameters<Store["get"]>) => {
          const bytes = await target.get(...args);
          counted.bytes += bytes.length;
          return bytes;
        };
      },
    }),
  };
  return counted;
}

async function hasFilters(store: Store): Promise<boolean[]> {
  const found: boolean[] = [];
  for (const path of await dataFiles(store)) {
    const { size } = (await store.head(path))!;
    const file = await openParquet(randomAccess(store, path, size));
    found.push(file.hasBloomFilter("user") && !file.hasBloomFilter("note"));
  }
  return found;
}

test("every verb writes the filters that the table's properties ask for", async () => {
  const store = memoryStore();
  const table = await createTable(store, events, { properties });
  for (const seed of [1, 2, 3]) await table.append(rowsOf(100, seed));
  await table.update({ where: eq("id", 5n), set: { note: "" } });
  await table.merge(rowsOf(50, 9), { on: ["user"], whenNotMatched: "insert" });
  await table.optimize();
  await table.optimize({ zOrderBy: ["id"] });
  const found = await hasFilters(store);
  expect(found.length).toBeGreaterThan(5);
  expect(found).not.toContain(false);
});

test("filters are for columns that there are, and that can have one", async () => {
  const properties = { "parquet.bloom.filter.enabled#usr": "true" };
  await expect(createTable(memoryStore(), events, { properties })).rejects.toMatchObject({
    code: "LAKE_INVALID_OPTION",
    hint: "There are id, user, note.",
  });
});

test("a look-up reads the row groups whose filters allow the value, and loses no row", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-bloom-"));
  try {
    const counted = counting(localStore(folder));
    const plain = counting(memoryStore());
    const tables = [
      await createTable(counted.store, events, { properties }),
      await createTable(plain.store, events),
    ];
    for (const table of tables)
      for (const seed of [1, 2, 3, 4]) await table.append(rowsOf(20_000, seed));
    const connection = await (await DuckDBInstance.create()).connect();
    const files = `read_parquet('${folder}/*.parquet')`;
    const wanted = [rowsOf(20_000, 2)[777]!.user, rowsOf(20_000, 4)[3]!.user, "nobody"];
    const conditions = [
      ...wanted.map((user) => [eq("user", user), `"user" = '${user}'`] as const),
      [inList("user", wanted), `"user" in (${wanted.map((user) => `'${user}'`).join()})`] as const,
      [
        and(gte("id", 100n), eq("user", wanted[0]!)),
        `id >= 100 and "user" = '${wanted[0]}'`,
      ] as const,
      [or(eq("id", 1n), eq("user", wanted[0]!)), `id = 1 or "user" = '${wanted[0]}'`] as const,
    ];
    for (const [where, sql] of conditions) {
      const judge = await connection.runAndReadAll(
        `select id, "user" from ${files} where ${sql} order by all`,
      );
      const rows = await tables[0]!.scan({ columns: ["id", "user"], where }).rows();
      const order = (a: { id: bigint; user: string }, b: { id: bigint; user: string }): number =>
        Number(a.id - b.id) || (a.user < b.user ? -1 : 1);
      expect(rows.sort(order)).toEqual(judge.getRowObjects());
    }
    // Within the bounds of every row group.
    const within = eq("user", "user 5x");
    const [filtered, unfiltered] = tables.map((table) => table.scan({ where: within }));
    counted.bytes = plain.bytes = 0;
    expect(await filtered!.rows()).toEqual([]);
    expect(await unfiltered!.rows()).toEqual([]);
    expect(filtered!.metrics).toMatchObject({ rowGroupsSkipped: 4, rowGroupsRead: 0 });
    expect(unfiltered!.metrics).toMatchObject({ rowGroupsSkipped: 0, rowGroupsRead: 4 });
    expect(counted.bytes).toBeLessThan(0.6 * plain.bytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
