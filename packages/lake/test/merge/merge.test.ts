import {
  date,
  decimal,
  defineTable,
  int32,
  int64,
  nullable,
  type Row,
  toBatch,
  utf8,
} from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  createTable,
  type LakeTable,
  memoryStore,
  type MergeOptions,
  openTable,
  type Store,
} from "../../src/index.ts";
import { faulty } from "../table/faults.ts";
import { dataFiles, sales, someSales } from "../table/sales.ts";

const stock = defineTable("stock", {
  id: int64(),
  place: nullable(utf8()),
  amount: decimal(12, 2),
  day: nullable(date()),
});
type Stock = Row<typeof stock>;

const row = (id: number, place: string | null, amount: string): Stock =>
  ({ id: BigInt(id), place, amount, day: "2026-01-01" }) as unknown as Stock;

async function stocked(
  rows: readonly (readonly Stock[])[],
  options: Parameters<typeof createTable>[2] = {},
): Promise<LakeTable<typeof stock>> {
  const table = await createTable(memoryStore(), stock, options);
  for (const some of rows) await table.append(some as never);
  return table;
}

async function contents(table: LakeTable<typeof stock>): Promise<string[]> {
  const rows = await table.scan().rows();
  return rows.map(({ id, place, amount }) => `${id} ${place} ${String(amount)}`).sort();
}

const upsert = { on: ["id"], whenMatched: "update", whenNotMatched: "insert" } as const;

describe.each([
  ["rewriting files", {}],
  ["with deletion vectors", { properties: { "delta.enableDeletionVectors": "true" } }],
])("a merge %s", (_, options) => {
  test("updates what matches and inserts what does not", async () => {
    const table = await stocked(
      [
        [row(1, "a", "1.00"), row(2, "b", "2.00")],
        [row(10, "c", "10.00"), row(11, null, "11.00")],
      ],
      options,
    );
    const result = await table.merge([row(2, "B", "2.50"), row(3, "n", "3.00")] as never, upsert);
    expect(await contents(table)).toEqual([
      "1 a 1.00",
      "10 c 10.00",
      "11 null 11.00",
      "2 B 2.50",
      "3 n 3.00",
    ]);
    expect(result).toMatchObject({
      version: 3n,
      written: true,
      rowsMatched: 1,
      sourceRows: 2,
      rowsUpdated: 1,
      rowsInserted: 1,
      rowsDeleted: 0,
      filesSkipped: 1,
    });
    const [commit] = await table.history(1);
    expect(commit).toMatchObject({
      operation: "MERGE",
      isBlindAppend: false,
      metrics: {
        numSourceRows: "2",
        numTargetRowsInserted: "1",
        numTargetRowsUpdated: "1",
        numTargetRowsDeleted: "0",
        numTargetRowsMatchedUpdated: "1",
      },
    });
  });
});
