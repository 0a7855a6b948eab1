import { defineTable, int64, type RowsOrBatches, toBatch, utf8 } from "@lakewright/core";
import { type RecordBatch, tableToIPC, Table as ArrowTable } from "apache-arrow";
import { expect, test } from "vitest";
import { ownBatches } from "../../src/mysql/load/own-batches.ts";

const table = defineTable("t", { id: int64(), name: utf8() });
const rows = Array.from({ length: 10 }, (_, k) => ({ id: BigInt(k), name: `name ${k}` }));

/** What each batch says when it comes, and whether its memory is there when the next one has. */
async function taken(data: RowsOrBatches): Promise<{ names: string[]; kept: boolean[] }> {
  const names: string[] = [];
  const batches: RecordBatch[] = [];
  for await (const batch of ownBatches(table, data, { batchRows: 4 })) {
    names.push(...batch.toArray().map((row) => String(row["name"])));
    batches.push(batch);
  }
  return { names, kept: batches.map(isWhole) };
}

function isWhole(batch: RecordBatch): boolean {
  return batch.data.children.every(({ values }) => (values as Uint8Array).length > 0);
}

const all = rows.map(({ name }) => name);

test("the memory of batches made from rows is given back one after the other", async () => {
  expect(await taken(rows)).toEqual({ names: all, kept: [false, false, false] });
});

test("batches of the caller stay as they are, also among rows and as bytes", async () => {
  const [first, second] = [toBatch(table, rows.slice(0, 4)), toBatch(table, rows.slice(8))];
  const mixed = await taken([first, ...rows.slice(4, 8), second]);
  expect(mixed).toEqual({ names: all, kept: [true, true, true] });
  expect(await taken(first)).toEqual({ names: all.slice(0, 4), kept: [true] });
  const bytes = tableToIPC(new ArrowTable([first]));
  expect((await taken(bytes)).names).toEqual(all.slice(0, 4));
  expect((await taken(bytes)).names).toEqual(all.slice(0, 4));
  expect([first, second].map(isWhole)).toEqual([true, true]);
});

test("rows of a generator are loaded like those of an array", async () => {
  const one = function* (): Generator<(typeof rows)[number]> {
    yield* rows;
  };
  expect((await taken(one())).names).toEqual(all);
});
