import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTable, int32, int64, list, nullable, toBatch, toRows, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { localKeys, parquetEncryption } from "../../src/encryption.ts";
import { bytesAccess, openParquet, type RandomAccess } from "../../src/parquet.ts";
import { readFooter } from "../../src/parquet/footer-access.ts";
import { decodeOffsetIndex, encodeOffsetIndex } from "../../src/parquet/format/page-index.ts";
import { connectDuckDB, queryRows } from "./duckdb.ts";
import { type AnyRow, anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

const scratch = mkdtempSync(join(tmpdir(), "lakewright-read-rows-"));
const folder = join(import.meta.dirname, "../../../../../shared/data/delta/tables");
const isThere = existsSync(folder);
if (!isThere) console.warn(`Skipped: no Parquet files of other projects at ${folder}.`);

let duckdb: Awaited<ReturnType<typeof connectDuckDB>>;
beforeAll(async () => {
  duckdb = await connectDuckDB();
});
afterAll(() => {
  duckdb.closeSync();
  rmSync(scratch, { recursive: true });
});

/** Some of so many rows: a few anywhere, or every so many, from none to all. */
const someOf = (count: number): fc.Arbitrary<Uint32Array> =>
  count === 0
    ? fc.constant(new Uint32Array(0))
    : fc
        .oneof(
          fc.uniqueArray(fc.nat(count - 1)),
          fc
            .tuple(fc.nat(count), fc.integer({ min: 1, max: count }))
            .map(([from, step]) =>
              Array.from({ length: Math.ceil((count - from) / step) }, (_, k) => from + k * step),
            ),
        )
        .map((rows) => Uint32Array.from(rows).sort());

/** Bytes of which is noted how many are read. */
function counted(bytes: Uint8Array): RandomAccess & { read: RandomAccess["read"]; count: number } {
  const access = bytesAccess(bytes);
  const counting = {
    size: access.size,
    count: 0,
    read: (from: number, to: number) => {
      counting.count += to - from;
      return access.read(from, to);
    },
  };
  return counting;
}

const LARGE = 70_000;
const large = defineTable("large", {
  id: int64(),
  hash: utf8(),
  some: nullable(int32()),
  kind: nullable(utf8()),
  items: list(nullable(int64())),
});
const noise = (k: number): number => Math.imul(k ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0;
const largeRows = Array.from({ length: LARGE }, (_, k) => ({
  id: BigInt(noise(k)) * 2_147_483_629n,
  hash: `${noise(k).toString(16)}-${noise(k + LARGE).toString(16)}`,
  some: k % 3 === 0 ? null : noise(k) | 0,
  kind: k % 1000 === 0 ? null : `kind ${noise(k) % 17}`,
  items: Array.from({ length: k % 4 }, (_, i) => (i === 1 ? null : BigInt(noise(k + i)))),
}));
const largeFile = (options = {}): Uint8Array =>
  encodeFile(large, [toBatch(large, largeRows)], { rowGroupRows: 40_000, ...options }).bytes;

describe("rows by their position", () => {
  it("any of any table, cut any way, in batches no larger than asked for", async () => {
    const any = fc
      .tuple(anyTable, anyCut, fc.integer({ min: 1, max: 30 }))
      .chain((all) => fc.tuple(fc.constant(all), someOf(all[0].rows.length), fc.boolean()));
    await fc.assert(
      fc.asyncProperty(any, async ([[{ table, rows }, cut, batchRows], wanted, dictionaries]) => {
        const { rowGroupRows } = cut;
        const { bytes } = encodeFile(table, batchesOf(table, rows, cut), { rowGroupRows });
        const file = await openParquet(bytesAccess(bytes));
        const read: unknown[] = [];
        for await (const batch of file.read({ rows: wanted, batchRows, dictionaries })) {
          expect(batch.numRows).toBeGreaterThan(0);
          expect(batch.numRows).toBeLessThanOrEqual(batchRows);
          read.push(...toRows(batch));
        }
        expect(read).toEqual([...wanted].map((row) => rows[row]));
      }),
      { numRuns: runs(300) },
    );
  }, 120_000);

  it("of many pages, with a page index, without one, and encrypted", async () => {
    const keys = localKeys({ k: new Uint8Array(16).fill(7) });
    const encryption = await parquetEncryption({ keys, footerKey: "k" });
    const files = [
      { bytes: largeFile({ codec: "none" }) },
      { bytes: largeFile({ codec: "zstd" }) },
      { bytes: largeFile({ pageIndex: false }) },
      { bytes: largeFile({ encryption }), encryption },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(LARGE - 1), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...files),
        async (picks, { bytes, encryption }) => {
          const rows = Uint32Array.from(picks).sort();
          const file = await openParquet(bytesAccess(bytes), { encryption });
          const read: AnyRow[] = [];
          for await (const batch of file.read({ rows })) read.push(...toRows(batch));
          expect(read).toEqual([...rows].map((row) => largeRows[row]));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it("read only the pages that have them, where the file has a page index", async () => {
    const bytes = largeFile({ codec: "none" });
    const all = counted(bytes);
    for await (const _ of (await openParquet(all)).read());
    const some = counted(bytes);
    const file = await openParquet(some);
    const before = some.count;
    const read: AnyRow[] = [];
    for await (const batch of file.read({ rows: Uint32Array.of(39_999), columns: ["id", "hash"] }))
      read.push(...toRows(batch));
    expect(read).toEqual([{ id: largeRows[39_999]!.id, hash: largeRows[39_999]!.hash }]);
    expect(some.count - before).toBeLessThan(all.count / 4);
  });

  it("of files of DuckDB are those it says have these numbers", async () => {
    const path = join(scratch, "duckdb.parquet");
    for (const options of ["PARQUET_VERSION V1", "PARQUET_VERSION V2, CODEC 'zstd'"]) {
      await duckdb.run(`COPY (SELECT i AS id, 'text ' || (i * 7919 % 30011) AS text, i % 5 AS few,
        CASE WHEN i % 7 > 0 THEN sin(i) END AS real, i % 3 = 0 AS flag,
        range(i % 4) AS list, {'a': i, 'b': [i::VARCHAR]} AS struct
        FROM range(50000) t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 20480, ${options})`);
      const bytes = readFileSync(path);
      const { table } = await openParquet(bytesAccess(bytes));
      for (const rows of fc.sample(someOf(50_000), { numRuns: 8, seed: 11 })) {
        const sql = `SELECT * EXCLUDE file_row_number FROM read_parquet('${path}', file_row_number = true)
          WHERE file_row_number IN (${[...rows, -1].join(",")}) ORDER BY file_row_number`;
        expect(await decodeRows(bytes, { rows })).toEqual(await queryRows(duckdb, table, sql));
      }
    }
  }, 60_000);

  it.skipIf(!isThere)(
    "of files of other projects are those that a whole reading has",
    async () => {
      const files = globSync("**/*.parquet", { cwd: folder }).sort();
      for (const path of files) {
        const bytes = readFileSync(join(folder, path));
        const file = await openParquet(bytesAccess(bytes), { name: path });
        const rows = fc.sample(someOf(Math.min(file.rows, 5_000)), { numRuns: 1, seed: 5 })[0]!;
        const few = rows.filter((_, k) => k % 7 === 0);
        const all = await decodeRows(bytes);
        for (const wanted of [rows, few])
          expect(await decodeRows(bytes, { rows: wanted }), path).toEqual(
            [...wanted].map((row) => all[row]),
          );
      }
    },
    120_000,
  );

  it("are not taken from where a page index that lies says they are", async () => {
    const bytes = largeFile({ codec: "none" });
    const { chunks } = (await readFooter(bytesAccess(bytes))).file.rowGroups[0]!;
    const { offset, bytes: size } = chunks[0]!.offsetIndex!;
    const pages = decodeOffsetIndex(bytes.subarray(offset, offset + size));
    expect(pages.map(({ firstRow }) => firstRow)).toEqual([0, 20_000]);
    const lies = [
      [{ ...pages[0]!, firstRow: 1 }, pages[1]!],
      [pages[0]!, { ...pages[1]!, firstRow: 20_001 }],
      [pages[0]!, { ...pages[1]!, firstRow: 50_000 }],
      [pages[1]!, pages[0]!],
      [pages[0]!, { ...pages[1]!, offset: pages[1]!.offset + 1 }],
      [pages[0]!, { ...pages[1]!, bytes: 3 }],
    ];
    for (const lie of lies) {
      const encoded = encodeOffsetIndex(lie);
      if (encoded.length > size)
        throw new Error(`The lie takes ${encoded.length} of ${size} bytes.`);
      const damaged = Uint8Array.from(bytes);
      damaged.set(encoded, offset);
      await expect(
        decodeRows(damaged, { rows: Uint32Array.of(5, 25_000), columns: ["id"] }),
      ).rejects.toMatchObject({ code: "LAKE_CORRUPT_PARQUET" });
    }
  });

  it("that are none, or in no order, are refused", async () => {
    const { bytes } = encodeFile(large, [toBatch(large, largeRows.slice(0, 3))]);
    for (const rows of [
      Uint32Array.of(3),
      Uint32Array.of(1, 0),
      Uint32Array.of(1, 1),
      [0] as never,
    ])
      await expect(decodeRows(bytes, { rows })).rejects.toMatchObject({
        code: "LAKE_INVALID_OPTION",
      });
    expect(await decodeRows(bytes, { rows: new Uint32Array(0) })).toEqual([]);
  });
});
