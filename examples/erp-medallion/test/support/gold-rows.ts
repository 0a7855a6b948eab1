import { Decimal } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { expect } from "vitest";
import { gold } from "../../src/gold/project.ts";

/** Surrogate keys are numbered by each engine as it likes: they are compared as what they stand for. */
const keys: Readonly<Record<string, readonly [table: string, natural: string]>> = {
  customer_key: ["dim_customer", "customer_id"],
  product_key: ["dim_product", "product_id"],
  supplier_key: ["dim_supplier", "supplier_id"],
  colleague_key: ["dim_colleague", "colleague_id"],
  warehouse_key: ["dim_warehouse", "warehouse_id"],
  location_key: ["dim_location", "CONCAT(COALESCE(zipcode, ''), ' ', COALESCE(city, ''))"],
};

export type Row = Record<string, unknown>;

/** The rows of every table of gold, in an order all engines agree on, numbers as numbers. */
export async function goldOf(engine: SqlEngine): Promise<Map<string, Row[]>> {
  const names = new Map<string, Map<string, unknown>>();
  for (const [key, [table, natural]] of Object.entries(keys)) {
    const rows = await engine.query(`SELECT ${key} AS k, ${natural} AS v FROM ${table}`).rows();
    names.set(key, new Map(rows.map((row) => [String(row["k"]), row["v"]])));
  }
  const tables = new Map<string, Row[]>();
  for (const { name } of gold.models) {
    const rows = (await engine.query(`SELECT * FROM ${name}`).rows()).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]): [string, unknown] => {
          const known = names.get(column);
          if (known) return [column, known.get(String(value)) ?? null];
          if (value instanceof Decimal || typeof value === "bigint")
            return [column, Number(String(value))];
          return [column, value];
        }),
      ),
    );
    const grain = gold.models.find((model) => model.name === name)!.grain;
    const keyOf = (row: Row): string => grain.map((column) => String(row[column])).join("|");
    tables.set(
      name,
      rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    );
  }
  return tables;
}

export function expectSame(actual: readonly Row[], wanted: readonly Row[], table: string): void {
  expect(actual.length, table).toBe(wanted.length);
  wanted.forEach((row, k) => {
    for (const [column, value] of Object.entries(row)) {
      const other = actual[k]![column];
      if (typeof value === "number" && typeof other === "number") {
        const size = Math.max(1, Math.abs(value));
        expect(
          Math.abs(value - other) / size,
          `${table}.${column}: ${other} for ${value}`,
        ).toBeLessThan(1e-9);
      } else expect(other, `${table}.${column} of row ${k}`).toEqual(value);
    }
  });
}
