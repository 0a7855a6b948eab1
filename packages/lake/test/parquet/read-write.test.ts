import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toRows } from "@lakewright/core";
import { runs } from "../../../../test/runs.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

describe("the reader reads what the writer wrote", () => {
  it("any table, cut any way, with any codec", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.constantFrom("none" as const, "snappy" as const, "gzip" as const, "zstd" as const),
        async ({ table, rows }, cut, codec) => {
          const { rowGroupRows } = cut;
          const { bytes } = encodeFile(table, batchesOf(table, rows, cut), { codec, rowGroupRows });
          expect(await decodeRows(bytes)).toEqual(rows);
        },
      ),
      { numRuns: runs(400) },
    );
  }, 120_000);

  it("in batches no larger than asked for, of some columns and some row groups", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.nat()),
        async ({ table, rows }, cut, batchRows, picks) => {
          const { rowGroupRows } = cut;
          const { bytes } = encodeFile(table, batchesOf(table, rows, cut), { rowGroupRows });
          const file = await openParquet(bytesAccess(bytes));
          const pick = (): number => picks.next().value!;
          const columns = table.fields
            .map(({ name }) => name)
            .filter(() => pick() % 2 === 0)
            .reverse();
          const rowGroups = file.rowGroups.map((_, k) => k).filter(() => pick() % 2 === 0);
          const expected = rowGroups.flatMap((k) => {
            const { firstRow, rows: count } = file.rowGroups[k]!;
            return rows
              .slice(firstRow, firstRow + count)
              .map((row) => Object.fromEntries(columns.map((name) => [name, row[name]])));
          });
          const read: unknown[] = [];
          for await (const batch of file.read({ batchRows, columns, rowGroups })) {
            expect(batch.numRows).toBeGreaterThan(0);
            expect(batch.numRows).toBeLessThanOrEqual(batchRows);
            expect(batch.schema.names).toEqual(columns);
            read.push(...toRows(batch));
          }
          expect(read).toEqual(expected);
        },
      ),
      { numRuns: runs(200) },
    );
  }, 120_000);
});
