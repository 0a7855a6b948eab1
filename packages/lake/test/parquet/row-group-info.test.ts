import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defineTable,
  float64,
  int32,
  list,
  nullable,
  toBatch,
  uint32,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import type { ColumnStatistics } from "../../src/parquet.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { compareText } from "../../src/where/text-order.ts";
import { connectDuckDB } from "./duckdb.ts";
import { patchElements, patchFooter } from "./patch.ts";
import { anyCut, anyTable, batchesOf, encodeFile } from "./tables.ts";

const folder = mkdtempSync(join(tmpdir(), "lakewright-parquet-"));
let duckdb: Awaited<ReturnType<typeof connectDuckDB>>;
beforeAll(async () => {
  duckdb = await connectDuckDB();
});
afterAll(() => {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
});

/** Checks statistics against the physical values of a column. */
function expectTrue(
  statistics: ColumnStatistics,
  values: readonly unknown[],
  exact: boolean,
): void {
  const present = values.filter((value) => value !== null) as (number | bigint | string)[];
  expect(statistics.nullCount).toBe(values.length - present.length);
  const { min, max } = statistics;
  if (min === undefined || max === undefined) return;
  const compare = (a: number | bigint | string, b: number | bigint | string): number =>
    typeof a === "string" && typeof b === "string" ? compareText(a, b) : a < b ? -1 : a > b ? 1 : 0;
  const ordered = present.filter((value) => !Number.isNaN(value)).sort(compare);
  expect(ordered.length).toBeGreaterThan(0);
  expect(compare(min, ordered[0]!)).toBeLessThanOrEqual(0);
  expect(compare(max, ordered.at(-1)!)).toBeGreaterThanOrEqual(0);
  if (exact && typeof min !== "string")
    expect([min, max]).toEqual([(ordered[0]! as number) + 0, (ordered.at(-1)! as number) + 0]);
}

describe("statistics of row groups", () => {
  it("hold what the row group holds, of our files and DuckDB's", async () => {
    const path = join(folder, "a.parquet");
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            i: fc.option(fc.integer()),
            d: fc.option(fc.double()),
            t: fc.option(fc.string({ unit: "binary", maxLength: 99 })),
            u: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          }),
          { maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 30 }),
        async (rows, rowGroupRows) => {
          const table = defineTable("t", {
            i: nullable(int32()),
            d: nullable(float64()),
            t: nullable(utf8()),
            u: uint32(),
          });
          const { bytes } = encodeFile(table, [toBatch(table, rows)], { rowGroupRows });
          writeFileSync(path, bytes);
          await duckdb.run(
            `COPY (FROM '${path}') TO '${path}.2' (FORMAT parquet, ROW_GROUP_SIZE ${rowGroupRows})`,
          );
          for (const [source, exact] of [
            [bytes, true],
            [readFileSync(`${path}.2`), true],
          ] as const) {
            const file = await openParquet(bytesAccess(source));
            for (const { firstRow, rows: count, columns } of file.rowGroups) {
              const slice = rows.slice(firstRow, firstRow + count);
              for (const column of columns)
                expectTrue(
                  column,
                  slice.map((row) => row[column.path[0] as "i"]),
                  exact,
                );
              if (source === bytes) expect(columns).toHaveLength(4);
            }
          }
        },
      ),
      { numRuns: runs(150) },
    );
  }, 60_000);

  it("add up to the summary of the writer", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, anyCut, async ({ table, rows }, cut) => {
        const { bytes, summary } = encodeFile(table, batchesOf(table, rows, cut));
        const { rowGroups } = await openParquet(bytesAccess(bytes));
        for (const { columns, rows: count } of rowGroups) {
          expect(count).toBe(summary.rows);
          expect(columns.map(({ path, nullCount }) => ({ path, nullCount }))).toEqual(
            summary.columns.map(({ path, nullCount }) => ({ path, nullCount })),
          );
          columns.forEach(({ min, max }, k) => {
            const total = summary.columns[k]!;
            // Long text is cut in the footer; numbers are not.
            if (typeof min === "string") return;
            expect([min, max]).toEqual([total.min, total.max]);
          });
        }
      }),
      { numRuns: runs(200) },
    );
  }, 60_000);

  const table = defineTable("t", { n: int32(), u: uint32(), t: utf8(), l: list(int32()) });
  const rows = [
    { n: -1, u: 1, t: "é", l: [] },
    { n: 7, u: 4_000_000_000, t: "z", l: [3] },
  ];
  const { bytes } = encodeFile(table, [toBatch(table, rows)]);
  type Chunk = Parameters<
    Parameters<typeof patchFooter>[1]
  >[0]["rowGroups"][number]["chunks"][number];
  const withChunks = (
    change: (chunk: Chunk) => Chunk,
    typeOrders?: readonly boolean[],
  ): Uint8Array =>
    patchFooter(bytes, (file) => ({
      ...file,
      typeOrders: typeOrders ?? file.typeOrders,
      rowGroups: file.rowGroups.map((group) => ({ ...group, chunks: group.chunks.map(change) })),
    }));
  const columnsOf = async (source: Uint8Array): Promise<readonly ColumnStatistics[]> =>
    (await openParquet(bytesAccess(source))).rowGroups[0]!.columns;

  it("are those of the type's order", async () => {
    expect(await columnsOf(bytes)).toEqual([
      { path: ["n"], nullCount: 0, min: -1, max: 7 },
      { path: ["u"], nullCount: 0, min: 1, max: 4_000_000_000 },
      { path: ["t"], nullCount: 0, min: "z", max: "é" },
      { path: ["l", "element"], nullCount: 1 },
    ]);
  });

  it("are trusted for signed numbers only where the file does not say how it compared", async () => {
    const columns = await columnsOf(withChunks((chunk) => chunk, []));
    expect(columns.map(({ min }) => min)).toEqual([-1, undefined, undefined, undefined]);
  });

  it("are left out where nobody counted nulls, unless there can be none", async () => {
    const columns = await columnsOf(
      withChunks((chunk) => ({
        ...chunk,
        statistics: { ...chunk.statistics, nullCount: undefined },
      })),
    );
    expect(columns.map(({ path }) => path[0])).toEqual(["n", "u", "t"]);
  });

  it("are left out where min is above max, is NaN, or is no value of the type", async () => {
    const set = (min: Buffer, max: Buffer): Uint8Array =>
      withChunks((chunk) => ({ ...chunk, statistics: { nullCount: 0, min, max } }));
    const le = (value: number): Buffer => Buffer.from(Int32Array.of(value).buffer);
    for (const source of [set(le(5), le(4)), set(Buffer.of(1), Buffer.of(2))])
      expect((await columnsOf(source))[0]).toEqual({ path: ["n"], nullCount: 0 });
    const nan = Buffer.from(Float32Array.of(NaN).buffer);
    const floats = patchElements(set(nan, nan), { n: { type: 4 } });
    expect((await columnsOf(floats))[0]).toEqual({ path: ["n"], nullCount: 0 });
  });

  it("have a lower bound lowered to whole characters, and no upper bound that was cut in one", async () => {
    const cut = Buffer.from("aé").subarray(0, 2);
    const withText = (min: Buffer, max: Buffer): Uint8Array =>
      withChunks((chunk) => ({ ...chunk, statistics: { nullCount: 0, min, max } }));
    expect((await columnsOf(withText(cut, Buffer.from("b"))))[2]).toMatchObject({
      min: "a",
      max: "b",
    });
    expect((await columnsOf(withText(Buffer.from("a"), cut)))[2]).toEqual({
      path: ["t"],
      nullCount: 0,
    });
  });
});
