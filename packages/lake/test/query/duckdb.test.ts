import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import {
  bool,
  date,
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  nullable,
  struct,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attachTable } from "../../src/duckdb.ts";
import { isLakeError } from "../../src/errors.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { localStore } from "../../src/store/local.ts";
import { createTable } from "../../src/table/create.ts";
import { openTable } from "../../src/table/open.ts";
import type { LakeTable } from "../../src/table/types.ts";
import { eq, gt } from "../../src/where/expression.ts";
import { ofDuckDB, ofRow } from "./values.ts";

const corpus = join(import.meta.dirname, "../../../../../shared/data/delta/tables");
const folder = mkdtempSync(join(tmpdir(), "lakewright-duckdb-"));
let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  // Whoever takes instants for local time is found out.
  await connection.run("SET TimeZone = 'America/New_York'");
});
afterAll(() => {
  connection.closeSync();
  rmSync(folder, { recursive: true });
});

const sales = defineTable("sales", {
  id: int64(),
  "the amount": nullable(decimal(12, 2)),
  country: nullable(utf8()),
  day: nullable(date()),
  at: nullable(timestamp("us")),
  score: nullable(float64()),
  ok: nullable(bool()),
  parts: nullable(list(struct({ n: int32(), name: nullable(utf8()) }))),
});

async function viewed(name: string): Promise<unknown[]> {
  const result = await connection.runAndReadAll(`SELECT * FROM "${name}"`);
  const names = result.columnNames();
  return result
    .getRows()
    .map((row) => Object.fromEntries(row.map((value, k) => [names[k], ofDuckDB(value)])));
}

async function scanned<T extends Table>(table: LakeTable<T>): Promise<unknown[]> {
  const rows: Record<string, unknown>[] = await (table as unknown as LakeTable).scan().rows();
  return rows.map((row) =>
    Object.fromEntries(
      table.table.fields.map(({ name, column }) => [name, ofRow(row[name], column.type)]),
    ),
  );
}

const sorted = (rows: readonly unknown[]): string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted();

describe("attachTable", () => {
  test("a view has the rows a scan gives, whatever the table", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 6 }).filter((t) => !t.includes("\0"));
    const row = fc.record({
      id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      "the amount": fc.option(fc.integer({ min: -1e9, max: 1e9 }).map((n) => (n / 100).toFixed(2))),
      country: fc.option(text),
      day: fc.option(fc.constantFrom("1969-12-31", "2024-02-29", "0001-01-01")),
      at: fc.option(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })),
      score: fc.option(fc.double()),
      ok: fc.option(fc.boolean()),
      parts: fc.option(
        fc.array(fc.record({ n: fc.integer(), name: fc.option(text) }), { maxLength: 3 }),
      ),
    });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom([], ["country"], ["day", "ok"], ["the amount"], ["at"]),
        async (appends, partitionBy) => {
          const store = localStore(join(folder, `t${n++}`));
          const table = await createTable(store, sales, { partitionBy });
          for (const rows of appends) await table.append(rows);
          await using view = await attachTable(connection, "v", table);
          expect(view.version).toBe(table.version);
          expect(sorted(await viewed("v"))).toEqual(sorted(await scanned(table)));
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  test("tables of other writers are read as a scan reads them", async (context) => {
    if (!existsSync(corpus)) {
      console.warn(`No Delta corpus at ${corpus}: skipped.`);
      return context.skip();
    }
    const failed: string[] = [];
    let compared = 0;
    for (const name of readdirSync(corpus)) {
      const expected = JSON.parse(readFileSync(join(corpus, name, "expected.json"), "utf8")) as {
        readonly category: string;
        readonly latest?: { readonly numRows: number };
      };
      if (expected.category !== "read" || !(expected.latest && expected.latest.numRows < 2000))
        continue;
      const table = await openTable(localStore(join(corpus, name, "delta"))).catch(() => undefined);
      const rows = table && (await scanned(table).catch(() => undefined));
      if (!rows) continue;
      try {
        await using _ = await attachTable(connection, "v", table);
        compared++;
        const found = sorted(await viewed("v"));
        if (JSON.stringify(found) !== JSON.stringify(sorted(rows)))
          failed.push(`${name}: ${found[0]} in place of ${sorted(rows)[0]}`);
      } catch (error) {
        if (isLakeError(error, "LAKE_UNSUPPORTED_FEATURE") && /variant/.test(error.message))
          continue;
        failed.push(`${name}: ${(error as Error).message.slice(0, 200)}`);
      }
    }
    expect(failed).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  }, 120_000);

  test("files without rows wanted are left out, and a refresh moves on", async () => {
    const table = await createTable(localStore(join(folder, "pruned")), sales, {
      partitionBy: ["country"],
    });
    const rowOf = (id: bigint, country: string): never =>
      ({
        id,
        country,
        "the amount": null,
        day: null,
        at: null,
        score: null,
        ok: null,
        parts: null,
      }) as never;
    await table.append([rowOf(1n, "DE"), rowOf(2n, "FR")]);
    const view = await attachTable(connection, "p", table, { where: eq("country", "DE") });
    expect([view.files, view.filesSkipped]).toEqual([1, 1]);
    await table.append([rowOf(3n, "DE")]);
    expect(await viewed("p")).toHaveLength(1);
    await view.refresh();
    expect(await viewed("p")).toHaveLength(2);
    expect(view.version).toBe(2n);
    const past = await attachTable(connection, "past", table, { asOf: { version: 1n } });
    expect((await past.refresh()).version).toBe(1n);
    expect(await viewed("past")).toHaveLength(2);
    const none = await attachTable(connection, "none", table, { where: gt("id", 9n) });
    expect([none.files, await viewed("none")]).toEqual([0, []]);
    for (const one of [view, past, none]) await one.detach();
    await expect(connection.run("FROM p")).rejects.toThrow(/does not exist/);
    const left = await connection.runAndReadAll(
      "SELECT count(*) FROM duckdb_tables() WHERE temporary",
    );
    expect(left.getRows()).toEqual([[0n]]);
  });

  test("many partitions are joined, not put together one by one", async () => {
    const numbers = defineTable("numbers", { k: int32(), n: int32() });
    const table = await createTable(localStore(join(folder, "many")), numbers, {
      partitionBy: ["k"],
    });
    await table.append(Array.from({ length: 200 }, (_, i) => ({ k: i % 100, n: i })));
    await using _ = await attachTable(connection, "m", table);
    const result = await connection.runAndReadAll(
      "SELECT k, sum(n)::INT FROM m WHERE k > 97 GROUP BY k ORDER BY k",
    );
    expect(result.getRows()).toEqual([
      [98, 98 + 198],
      [99, 99 + 199],
    ]);
  });

  test("a store without addresses is refused, and options are checked", async () => {
    const table = await createTable(memoryStore(), sales);
    await table.append([
      {
        id: 1n,
        country: null,
        "the amount": null,
        day: null,
        at: null,
        score: null,
        ok: null,
        parts: null,
      },
    ]);
    await expect(attachTable(connection, "v", table)).rejects.toMatchObject({
      code: "LAKE_UNSUPPORTED_FEATURE",
    });
    await expect(attachTable(connection, "", table)).rejects.toMatchObject({
      code: "LAKE_INVALID_OPTION",
    });
    await expect(attachTable(connection, "v", table, { when: 1 } as never)).rejects.toThrow(/when/);
  });
});
