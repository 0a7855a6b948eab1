import { bool, date, decimal, int32, nullable, oneOf, timestamp, utf8 } from "@lakewright/core";
import { plainTable, trackedTable } from "./source-table.ts";

/** `universe` is the first level of the catalogue, the family the second, the sub-family the third. */
export const itemFamily = trackedTable(
  "stock",
  "ItemFamily",
  { id: utf8(), caption: utf8(), universe: utf8() },
  { rows: 51, priority: 2 },
);

export const itemSubFamily = trackedTable(
  "stock",
  "ItemSubFamily",
  { id: utf8(), familyId: utf8(), caption: utf8() },
  { rows: 143, priority: 1, references: { familyId: "ItemFamily" } },
);

export const unit = plainTable(
  "stock",
  "Unit",
  { id: utf8(), caption: utf8(), decimals: int32() },
  { rows: 14, priority: 1 },
);

/** Keys are codes that people see, "ART00042". */
export const item = trackedTable(
  "stock",
  "Item",
  {
    id: utf8(),
    caption: utf8(),
    reference: nullable(utf8()),
    barCode: nullable(utf8()),
    familyId: nullable(utf8()),
    subFamilyId: nullable(utf8()),
    type: oneOf(["Goods", "Equipment", "Service", "Labour"]),
    unitId: nullable(utf8()),
    /** In euro, for one unit. */
    costPrice: decimal(14, 4),
    /** In euro, for one unit, without VAT. */
    salePrice: decimal(14, 4),
    vatId: nullable(utf8()),
    trackStock: bool(),
    mainSupplierId: nullable(utf8()),
    /** Kilograms. */
    weight: nullable(decimal(10, 3)),
    active: bool(),
  },
  {
    rows: 3_837,
    priority: 3,
    references: {
      familyId: "ItemFamily",
      subFamilyId: "ItemSubFamily",
      unitId: "Unit",
      vatId: "Vat",
      mainSupplierId: "Supplier",
    },
  },
);

/** Which ledger accounts an item's sales and purchases go to, by territory. */
export const itemAccount = trackedTable(
  "stock",
  "ItemAccount",
  {
    id: int32(),
    itemId: utf8(),
    territoriality: utf8(),
    operation: oneOf(["Sale", "Purchase", "Stock"]),
    account: utf8(),
    vatId: nullable(utf8()),
  },
  { rows: 72_428, priority: 1, references: { itemId: "Item", vatId: "Vat" } },
);

export const storehouse = trackedTable(
  "stock",
  "Storehouse",
  {
    id: utf8(),
    caption: utf8(),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    isMain: bool(),
    active: bool(),
  },
  { rows: 4, priority: 1 },
);

/** Stock of an item in a storehouse: `realStock` is the sum of its movements. */
export const stockItem = trackedTable(
  "stock",
  "StockItem",
  {
    id: int32(),
    itemId: utf8(),
    storehouseId: utf8(),
    realStock: decimal(14, 3),
    /** Ordered by customers and not delivered. */
    reservedStock: decimal(14, 3),
    /** Ordered from suppliers and not received. */
    incomingStock: decimal(14, 3),
    /** Below it, order. */
    reorderPoint: nullable(decimal(14, 3)),
    maximumStock: nullable(decimal(14, 3)),
    /** Weighted average cost of one unit, in euro. */
    pump: decimal(14, 4),
    /** round(real stock × pump), in euro. */
    stockValue: decimal(14, 2),
  },
  { rows: 6_831, priority: 2, references: { itemId: "Item", storehouseId: "Storehouse" } },
);

/** One change of the stock of an item in a storehouse: in is positive, out negative. */
export const stockMovement = trackedTable(
  "stock",
  "StockMovement",
  {
    id: int32(),
    itemId: utf8(),
    storehouseId: utf8(),
    movementDate: date(),
    type: oneOf(["Receipt", "Delivery", "Inventory", "Transfer", "Adjustment"]),
    quantity: decimal(14, 3),
    unitCost: decimal(14, 4),
    /** The line it comes from: exactly one of the three. */
    saleDocumentLineId: nullable(int32()),
    purchaseDocumentLineId: nullable(int32()),
    stockDocumentLineId: nullable(int32()),
  },
  {
    rows: 12_158,
    priority: 3,
    references: {
      itemId: "Item",
      storehouseId: "Storehouse",
      saleDocumentLineId: "SaleDocumentLine",
      purchaseDocumentLineId: "PurchaseDocumentLine",
      stockDocumentLineId: "StockDocumentLine",
    },
  },
);

export const stockDocument = trackedTable(
  "stock",
  "StockDocument",
  {
    id: int32(),
    documentNumber: utf8(),
    documentDate: date(),
    type: oneOf(["Inventory", "Transfer", "Adjustment"]),
    storehouseId: utf8(),
    colleagueId: nullable(utf8()),
    validatedAt: nullable(timestamp("us")),
    lineCount: int32(),
  },
  { rows: 245, priority: 2, references: { storehouseId: "Storehouse", colleagueId: "Colleague" } },
);

export const stockDocumentLine = trackedTable(
  "stock",
  "StockDocumentLine",
  {
    id: int32(),
    documentId: int32(),
    lineNumber: int32(),
    itemId: utf8(),
    storehouseId: utf8(),
    /** As the movement it made: in is positive, out negative. */
    quantity: decimal(14, 3),
    unitCost: decimal(14, 4),
  },
  {
    rows: 3_163,
    priority: 2,
    references: { documentId: "StockDocument", itemId: "Item", storehouseId: "Storehouse" },
  },
);
