import {
  bool,
  decimal,
  defineTable,
  float64,
  int64,
  list,
  nullable,
  timestamp,
  toRows,
  utf8,
} from "@lakewright/core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { createTable } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const engines = pythonEngines();

const readings = defineTable("readings", {
  id: int64(),
  falling: nullable(int64()),
  mixed: int64(),
  note: nullable(utf8()),
  long: utf8(),
  word: utf8(),
  ratio: nullable(float64()),
  price: decimal(30, 4),
  at: timestamp("us"),
  ok: bool(),
  tags: list(utf8()),
});

const ROWS = 150_000;
const rows = Array.from({ length: ROWS }, (_, k) => ({
  id: k,
  // Whole pages of nulls.
  falling: k % 60_000 < 25_000 ? null : ROWS - k,
  mixed: (k * 7919) % 100_003,
  note: k % 3 === 0 ? null : `note ${String(k).padStart(7, "0")}`,
  long: `${"ä".repeat(40)}${String(k).padStart(7, "0")}`,
  word: `word ${Math.floor(k / 1000)}`,
  // A whole page of NaN, which has no bounds.
  ratio: k < 40_000 || k >= 60_000 ? k / 8 : k % 2 === 0 ? Number.NaN : null,
  price: `${(k - 70_000) * 1_000_003}.25`,
  at: BigInt(k) * 1_000_000n,
  ok: k % 2 === 0,
  tags: k % 3 === 0 ? [] : [`tag ${k}`, "x"],
}));

const conditions = [
  "id = 77777",
  "id between 39999 and 40001",
  "falling = 100000",
  "falling < 30",
  "falling is null and id > 149000",
  "mixed = 5",
  "note = 'note 0100001'",
  "note > 'note 0149990'",
  `long = '${"ä".repeat(40)}0123456'`,
  `long > '${"ä".repeat(40)}0149995'`,
  "word = 'word 77'",
  "word in ('word 3', 'word 149')",
  "ratio = 1250.5",
  "ratio < 1 or id = 149999",
  "price = cast('3000009.25' as decimal(30, 4))",
  "price < cast('-69999000000' as decimal(30, 4))",
  "\"at\" = timestamp '1970-01-02T00:00:00Z'",
  "ok and id < 10",
];

test.runIf(engines)(
  "pyarrow sees the page index and verifies checksums; DataFusion skips pages by it and loses no row",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "lakewright-pages-"));
    try {
      const properties = {
        "delta.dataSkippingNumIndexedCols": "0",
        "parquet.page.write-checksum.enabled": "true",
      };
      const table = await createTable(localStore(folder), readings, { properties });
      await table.append(rows);
      const script = join(import.meta.dirname, "page-index.py");
      const found = engines!.json(script, folder, JSON.stringify(conditions)) as {
        columns: Record<string, [boolean, boolean]>;
        answers: number[][];
        told: string[][];
      };
      for (const [path, [hasBounds, hasPlaces]] of Object.entries(found.columns)) {
        const isOrdered = !["ok", "ratio", "tags.list.element"].includes(path);
        expect([path, hasBounds, hasPlaces]).toEqual([path, isOrdered, true]);
      }
      // "131.1 K total → 20.00 K matched": of a row group one page is left.
      const narrowed = found.told.filter(([text]) => /→ (?:20\.00|40\.00|58\.93) K/.test(text!));
      expect(narrowed.length).toBeGreaterThan(5);
      const duckdb = await (await DuckDBInstance.create()).connect();
      for (const [k, condition] of conditions.entries()) {
        const judge = await duckdb.runAndReadAll(
          `select id::double from read_parquet('${folder}/*.parquet') where ${condition} order by id`,
        );
        expect([condition, found.answers[k]]).toEqual([condition, judge.getRows().flat()]);
      }
      const first = await Array.fromAsync(table.scan());
      expect(first.flatMap((batch) => toRows(batch)).length).toBe(ROWS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
