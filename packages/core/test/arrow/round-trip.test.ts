import { batchBuilder, defineTable, ipcBatches, toBatches, toRows } from "@lakewright/core";
import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRows } from "./tables.ts";

const ways = [
  { dictionaries: false, compile: true },
  { dictionaries: false, compile: false },
  { dictionaries: true, compile: true },
];

describe("rows → batch → rows", () => {
  it.each(ways)("gives back every value (%j)", (options) => {
    fc.assert(
      fc.property(anyRows, ({ columns, rows }) => {
        const table = defineTable("t", columns);
        const batch = batchBuilder(table, options).build(rows as never);
        expect(batch.numRows).toBe(rows.length);
        expect(toRows(batch, table)).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  it("survives IPC bytes, written and read by apache-arrow", () => {
    fc.assert(
      fc.property(anyRows, ({ columns, rows }) => {
        const table = defineTable("t", columns);
        const batch = batchBuilder(table, { dictionaries: true }).build(rows as never);
        const read = [...ipcBatches(tableToIPC(new Table([batch])))].flatMap((part) =>
          toRows(part, table),
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 100 },
    );
  });

  it("survives slicing, with bitmaps that start within a byte", () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.nat(), ({ columns, rows }, a, b) => {
        const table = defineTable("t", columns);
        const from = rows.length === 0 ? 0 : a % rows.length;
        const to = from + (b % (rows.length - from + 1));
        const slice: RecordBatch = batchBuilder(table)
          .build(rows as never)
          .slice(from, to);
        expect(toRows(slice, table)).toEqual(rows.slice(from, to));
      }),
      { numRuns: 100 },
    );
  });

  it("keeps rows in order over many blocks and batches", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRows,
        fc.integer({ min: 1, max: 7 }),
        async ({ columns, rows }, batchRows) => {
          const table = defineTable("t", columns);
          const read: unknown[] = [];
          for await (const batch of toBatches(table, rows as never, { batchRows })) {
            expect(batch.numRows).toBeLessThanOrEqual(batchRows);
            read.push(...toRows(batch, table));
          }
          expect(read).toEqual(rows);
        },
      ),
      { numRuns: 50 },
    );
  });
});
