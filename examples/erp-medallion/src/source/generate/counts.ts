import { DIRT, type DirtName } from "../dirt.ts";
import { sourceTables } from "../schema/index.ts";

/** So many rows or fewer are never scaled: they are lists that others point at. */
const SMALL = 60;
const KEPT = new Set([
  "Country",
  "FrenchDepartment",
  "ItemFamily",
  "ItemSubFamily",
  "CurrencyRate",
]);

/** Lines of deliveries and of receipts whose stock is kept, in the seed's movements: each is one. */
export const stockedLines = { delivered: 4_095, received: 4_900 } as const;

export interface Counts {
  readonly scale: number;
  /** Rows of a table on the first day. */
  rows(table: string): number;
  /** Rows with a kind of dirt. */
  dirt(name: DirtName): number;
  /** Any other number that grows with the data; at least 1. */
  of(atScaleOne: number): number;
}

/** The rows of every table at a scale; at 1 those of the schema. */
export function countsAt(scale: number): Counts {
  const of = (rows: number): number => Math.max(1, Math.round(rows * scale));
  const rows = new Map(
    sourceTables.map(({ table, rows }) => [
      table.name,
      rows <= SMALL || KEPT.has(table.name) || scale === 1 ? rows : of(rows),
    ]),
  );
  // Three storehouses hold every item whose stock is kept; the fourth is closed.
  rows.set("StockItem", 3 * of(rowsOf("StockItem") / 3));
  rows.set("SaleDocumentEx", rows.get("SaleDocument")!);
  rows.set("PurchaseDocumentEx", rows.get("PurchaseDocument")!);
  // One for each kind and storehouse at least.
  rows.set("StockDocument", Math.max(8, rows.get("StockDocument")!));
  rows.set(
    "StockMovement",
    rows.get("StockDocumentLine")! + of(stockedLines.delivered) + of(stockedLines.received),
  );
  for (const name of ["AccountingEntryLine", "BankStatementLine", "AnalyticBreakdown"])
    rows.set(name, 2 * Math.round(rows.get(name)! / 2));
  return {
    scale,
    of,
    rows: (table) => {
      const count = rows.get(table);
      if (count === undefined) throw new RangeError(`There is no source table "${table}".`);
      return count;
    },
    dirt: (name) => of(DIRT[name].rows),
  };
}

function rowsOf(table: string): number {
  return sourceTables.find((source) => source.table.name === table)!.rows;
}
