import { expect, it } from "vitest";
import { priorityTables, sourceTables } from "../../src/source/schema/index.ts";
import { bronzeName } from "../../src/source/schema/source-table.ts";

it("has the 319 tables and 670,349 rows of the seed, fifty of them asked for", () => {
  expect(sourceTables).toHaveLength(319);
  expect(sourceTables.reduce((sum, { rows }) => sum + rows, 0)).toBe(670_349);
  expect(priorityTables).toHaveLength(50);
});

// The counts the seed publishes, by the names it publishes.
it.each(
  Object.entries({
    sale_document: 23_837,
    sale_document_line: 112_684,
    sale_document_ex: 23_837,
    sale_commitment: 15_924,
    sale_settlement: 12_962,
    sale_settlement_commitment: 15_516,
    deal: 1_493,
    deal_sale_document: 9_882,
    deal_sale_document_line: 29_551,
    deal_item: 6_428,
    customer: 1_338,
    customer_family: 3,
    customer_product: 405,
    purchase_document: 12_477,
    purchase_document_line: 38_887,
    purchase_document_ex: 12_477,
    purchase_commitment: 8_603,
    purchase_settlement: 5_183,
    supplier: 268,
    supplier_item: 5_007,
    item: 3_837,
    item_family: 51,
    item_account: 72_428,
    stock_item: 6_831,
    stock_movement: 12_158,
    stock_document: 245,
    stock_document_line: 3_163,
    schedule_event: 11_935,
    activity: 44_145,
    incident: 0,
    maintenance_contract: 268,
    construction_site: 272,
    colleague: 31,
    contact: 2_615,
    zipcode: 38_893,
    country: 247,
  }),
)("names %s with %d rows", (name, rows) => {
  expect(sourceTables.find((source) => bronzeName(source) === name)?.rows).toBe(rows);
});

it("refers only to tables and columns that are there, and names no table twice", () => {
  const names = sourceTables.map(({ table }) => table.name);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  expect(new Set(sourceTables.map(bronzeName)).size).toBe(names.length);
  for (const { table, references, key } of sourceTables) {
    for (const column of [...key, ...Object.keys(references)])
      expect(table.columns, `${table.name}.${column}`).toHaveProperty(column);
    for (const other of Object.values(references)) expect(names).toContain(other);
  }
});
