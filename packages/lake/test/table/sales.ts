import {
  date,
  decimal,
  defineTable,
  int64,
  nullable,
  oneOf,
  type RowInput,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import type { Store } from "../../src/index.ts";

/** The table most tests use. */
export const sales = defineTable("sales", {
  id: int64(),
  currency: oneOf(["EUR", "USD", "GBP"]),
  amount: decimal(12, 2),
  at: timestamp("us"),
  day: date(),
  note: nullable(utf8()),
});
export type Sale = RowInput<typeof sales>;

/** Rows with the ids from `from` on. */
export function someSales(count: number, from = 0): Sale[] {
  return Array.from({ length: count }, (_, k) => {
    const id = from + k;
    return {
      id: BigInt(id),
      currency: (["EUR", "USD", "GBP"] as const)[id % 3]!,
      amount: `${id}.25`,
      at: BigInt(id) * 1_000_001n,
      day: `2026-01-${String(1 + (id % 28)).padStart(2, "0")}`,
      note: id % 4 === 0 ? null : `note ${id}`,
    };
  });
}

/** Numbers from 0. */
export function upTo(count: number): bigint[] {
  return Array.from({ length: count }, (_, k) => BigInt(k));
}

/** The ids of rows, sorted. */
export function ids(rows: readonly Readonly<Record<string, unknown>>[]): bigint[] {
  return rows.map((row) => row["id"] as bigint).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Paths of data files in a store, committed or not. */
export async function dataFiles(store: Store): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of store.list("")) {
    if (path.endsWith(".parquet") && !path.startsWith("_delta_log/")) paths.push(path);
  }
  return paths;
}

/** Text of an object. */
export async function textOf(store: Store, path: string): Promise<string> {
  return new TextDecoder().decode(await store.get(path));
}

export type AnyTable = Table;
