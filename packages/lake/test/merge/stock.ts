import { date, decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { createTable, type LakeTable, memoryStore } from "../../src/index.ts";

export const stock = defineTable("stock", {
  id: int64(),
  place: nullable(utf8()),
  amount: decimal(12, 2),
  day: nullable(date()),
});

export interface Item {
  readonly id: bigint;
  readonly place: string | null;
  readonly amount: string;
}
export const row = (id: number, place: string | null, amount: string): Item => ({
  id: BigInt(id),
  place,
  amount,
});

export async function stocked(
  rows: readonly (readonly Item[])[],
  options: Parameters<typeof createTable>[2] = {},
): Promise<LakeTable<typeof stock>> {
  const table = await createTable(memoryStore(), stock, options);
  for (const some of rows) await table.append(some);
  return table;
}

export async function contents(table: Pick<LakeTable, "scan">): Promise<string[]> {
  const rows = await table.scan().rows();
  return rows.map(({ id, place, amount }) => [id, place, amount].map(String).join(" ")).sort();
}

export const upsert = { on: ["id"], whenMatched: "update", whenNotMatched: "insert" } as const;
export const three = [[row(1, "a", "1.00"), row(2, "b", "2.00")], [row(3, null, "3.00")]];
