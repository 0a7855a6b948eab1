import { defineTable, int64, nullable, toBatch, toRows, utf8 } from "@lakewright/core";
import fc from "fast-check";
import * as wasm from "parquet-wasm";
import { describe, expect, it } from "vitest";
import { bytesAccess, openParquet, parquetWriter } from "../../src/parquet.ts";
import { parquetWasm } from "../../src/parquet-wasm.ts";
import { anyCut, anyTable, batchesOf, decodeRows, encodeFile } from "./tables.ts";

const other = parquetWasm(wasm);

describe("parquet-wasm in place of the package's own Parquet", () => {
  it("writes files that are read the same, with the same counts", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.constantFrom("none" as const, "snappy" as const, "gzip" as const, "zstd" as const),
        async ({ table, rows }, cut, codec) => {
          const writer = other.parquetWriter(table, { codec, rowGroupRows: cut.rowGroupRows });
          for (const batch of batchesOf(table, rows, cut)) writer.write(batch);
          const { chunks, summary } = writer.finish();
          const bytes = Buffer.concat(chunks);
          expect(await decodeRows(bytes)).toEqual(rows);
          const own = encodeFile(table, batchesOf(table, rows, cut), {});
          expect(summary.rows).toBe(rows.length);
          expect(summary.columns.map(({ path }) => path)).toEqual(
            own.summary.columns.map(({ path }) => path),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("reads what this package writes, in the columns and row groups wanted", async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, anyCut, fc.boolean(), async ({ table, rows }, cut, reversed) => {
        const { rowGroupRows } = cut;
        const { bytes } = encodeFile(table, batchesOf(table, rows, cut), { rowGroupRows });
        const columns = table.fields.map(({ name }) => name);
        if (reversed) columns.reverse();
        const wanted = { columns, batchRows: 7 };
        const read = async (file: Awaited<ReturnType<typeof openParquet>>): Promise<unknown[]> => {
          const found: unknown[] = [];
          for await (const batch of file.read(wanted)) found.push(...toRows(batch));
          return found;
        };
        const theirs = await read(await other.openParquet(bytesAccess(bytes)));
        expect(theirs).toEqual(await read(await openParquet(bytesAccess(bytes))));
      }),
      { numRuns: 100 },
    );
  });

  it("gives the bounds of every row group together", () => {
    const table = defineTable("t", { id: int64(), name: nullable(utf8()) });
    const batch = toBatch(table, [
      { id: 5, name: null },
      { id: -3, name: null },
      { id: 9, name: "é" },
      { id: 1, name: "a" },
    ]);
    const summaries = [other.parquetWriter, parquetWriter].map((writerOf) => {
      const writer = writerOf(table, { rowGroupRows: 2 });
      writer.write(batch);
      return writer.finish().summary.columns;
    });
    expect(summaries[0]).toEqual(summaries[1]);
  });

  it("refuses field ids, and names a file that is damaged", async () => {
    const table = defineTable("t", { id: int64() });
    const fieldIds = new Map([["id", 1]]);
    expect(() => other.parquetWriter(table, { fieldIds })).toThrow("writes no field ids");
    const { bytes } = encodeFile(table, [toBatch(table, [{ id: 1 }])], { codec: "none" });
    bytes.fill(0xff, 4, 20);
    const file = await other.openParquet(bytesAccess(bytes), { name: "a.parquet" });
    await expect(file.read().next()).rejects.toThrow("parquet-wasm cannot read a.parquet");
  });
});
