import { DuckDBInstance } from "@duckdb/node-api";
import {
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  nullable,
  toBatch,
  utf8,
} from "@lakewright/core";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { Xxhash64 } from "../../src/parquet/format/xxhash64.ts";
import { encodeFile } from "./tables.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "lakewright-bloom-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function duckdb(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
  }
}

const keys = defineTable("keys", {
  id: int64(),
  small: int32(),
  code: nullable(utf8()),
  amount: decimal(12, 2),
  wide: decimal(38, 4),
  ratio: float64(),
  tags: list(utf8()),
});
/** Spread over all groups, so that no statistics help: 7 × k without every tenth. */
const rows = Array.from({ length: 9000 }, (_, k) => k)
  .filter((k) => k % 10 !== 9)
  .map((k) => {
    const key = ((k * 7919) % 9000) * 7;
    return {
      id: BigInt(key),
      small: key,
      code: k % 4 === 0 ? null : `code ${key}`,
      amount: `${key}.25`,
      wide: `${key}.0001`,
      ratio: key / 4,
      tags: [`tag ${key}`, "all"],
    };
  });
const bloomFilters = ["id", "small", "code", "amount", "wide", "ratio", "tags.element"];
const encoded = (): Uint8Array =>
  encodeFile(keys, [toBatch(keys, rows)], { rowGroupRows: 3000, bloomFilters }).bytes;

describe("Bloom filters", () => {
  it("hash as XXH64 does", () => {
    const hasher = new Xxhash64();
    const hashOf = (text: string): string => {
      const bytes = new TextEncoder().encode(text);
      hasher.hash(bytes, 0, bytes.length);
      return [hasher.high, hasher.low]
        .map((word) => (word >>> 0).toString(16).padStart(8, "0"))
        .join("");
    };
    // Vectors of xxHash and of other projects that print them.
    expect(hashOf("")).toBe("ef46db3751d8e999");
    expect(hashOf("a")).toBe("d24ec4f1a98c6e5b");
    expect(hashOf("abc")).toBe("44bc2cf5ad770999");
    expect(hashOf("Nobody inspects the spammish repetition")).toBe("fbcea83c8a378bf1");
  });

  it("are what DuckDB asks: no value that is there is excluded, most others are", async () => {
    const path = join(folder, "ours.parquet");
    writeFileSync(path, encoded());
    const excluded = async (column: string, value: string): Promise<boolean[]> => {
      const told = await duckdb(
        `SELECT bloom_filter_excludes FROM parquet_bloom_probe('${path}', '${column}', ${value}) ORDER BY row_group_id`,
      );
      return told.map((row) => row["bloom_filter_excludes"] as boolean);
    };
    const present = rows[4321]!;
    for (const [column, value] of [
      ["id", String(present.id)],
      ["small", String(present.small)],
      ["code", `'${rows.find((row) => row.code)!.code}'`],
    ] as const) {
      expect(await excluded(column, value), column).toContain(false);
    }
    let spared = 0;
    for (let k = 0; k < 30; k++) {
      const absent = await Promise.all([
        excluded("id", String(7 * k + 3)),
        excluded("code", `'code ${7 * k + 3}'`),
      ]);
      spared += absent.flat().filter(Boolean).length;
    }
    // 180 probes of 1 % false positives.
    expect(spared).toBeGreaterThan(165);
  });

  it("of DuckDB and our own are read: every value is found, absent ones rarely", async () => {
    const path = join(folder, "theirs.parquet");
    await duckdb(
      `COPY (SELECT (range * 7919 % 300) * 7 AS id, CAST((range * 7919 % 300) * 7 AS INTEGER) AS small, 'code ' || (range * 7919 % 300) * 7 AS code FROM range(20000))
       TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 5000)`,
    );
    const theirs = Array.from({ length: 300 }, (_, k) => k * 7);
    for (const [bytes, ids] of [
      [readFileSync(path), theirs],
      [encoded(), rows.map((row) => row.small)],
    ] as const) {
      const file = await openParquet(bytesAccess(bytes));
      const forms = {
        id: (key: number) => BigInt(key),
        small: (key: number) => key,
        code: (key: number) => `code ${key}`,
        ...(bytes.length > 200_000 && {
          amount: (key: number) => BigInt(key * 100 + 25),
          wide: (key: number) => BigInt(key) * 10_000n + 1n,
        }),
      };
      for (const [column, form] of Object.entries(forms)) {
        const filters = await Promise.all(
          file.rowGroups.map((_, group) => file.bloomFilter(group, column)),
        );
        expect(
          filters.every((filter) => filter !== undefined),
          column,
        ).toBe(true);
        const found = (key: number): boolean => filters.some((filter) => filter!(form(key)));
        const isThere = column === "code" && bytes.length > 200_000;
        const there = isThere ? rows.filter((row) => row.code).map((row) => row.small) : ids;
        expect(there.every(found), column).toBe(true);
        const wrong = Array.from({ length: 500 }, (_, k) => k * 7 + 3).filter(found);
        expect(wrong.length, column).toBeLessThan(50);
      }
    }
  });

  it("are there only for what was asked, and not asked for floats", async () => {
    const file = await openParquet(bytesAccess(encoded()));
    expect(await file.bloomFilter(0, "ratio")).toBeUndefined();
    expect(await file.bloomFilter(0, "nothing")).toBeUndefined();
    const plain = encodeFile(keys, [toBatch(keys, rows)], {}).bytes;
    const without = await openParquet(bytesAccess(plain));
    expect(await without.bloomFilter(0, "id")).toBeUndefined();
    await expect(file.bloomFilter(9, "id")).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
    expect(() => encodeFile(keys, [], { bloomFilters: ["ID"] })).toThrow(
      '"ID", which is no column',
    );
  });
});
