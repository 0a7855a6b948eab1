import { bool, date, decimal, int32, nullable, oneOf, utf8 } from "@lakewright/core";
import {
  allocationColumns,
  commitmentColumns,
  documentColumns,
  lineColumns,
  settlementColumns,
  vatColumns,
} from "./documents.ts";
import { plainTable, trackedTable } from "./source-table.ts";

export const supplierFamily = plainTable(
  "purchases",
  "SupplierFamily",
  { id: utf8(), caption: utf8() },
  { rows: 5, priority: 1 },
);

export const supplier = trackedTable(
  "purchases",
  "Supplier",
  {
    id: utf8(),
    name: utf8(),
    type: oneOf(["Manufacturer", "Wholesaler", "Subcontractor", "Service"]),
    familyId: nullable(utf8()),
    mainContactId: nullable(int32()),
    phone: nullable(utf8()),
    email: nullable(utf8()),
    address1: nullable(utf8()),
    address2: nullable(utf8()),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    countryId: nullable(utf8()),
    settlementModeId: nullable(utf8()),
    /** Days after the invoice. */
    paymentTermDays: nullable(int32()),
    currencyId: utf8(),
    active: bool(),
  },
  {
    rows: 268,
    priority: 2,
    references: {
      familyId: "SupplierFamily",
      countryId: "Country",
      settlementModeId: "SettlementMode",
      currencyId: "Currency",
    },
  },
);

export const supplierAddress = trackedTable(
  "purchases",
  "SupplierAddress",
  {
    id: int32(),
    supplierId: utf8(),
    caption: nullable(utf8()),
    address1: nullable(utf8()),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    countryId: nullable(utf8()),
  },
  { rows: 301, priority: 1, references: { supplierId: "Supplier", countryId: "Country" } },
);

/** What a supplier sells, at which price. */
export const supplierItem = trackedTable(
  "purchases",
  "SupplierItem",
  {
    id: int32(),
    supplierId: utf8(),
    itemId: utf8(),
    supplierReference: nullable(utf8()),
    purchasePrice: decimal(14, 4),
    currencyId: utf8(),
    leadTimeDays: nullable(int32()),
    minimumQuantity: decimal(12, 3),
    isMain: bool(),
  },
  {
    rows: 5_007,
    priority: 2,
    references: { supplierId: "Supplier", itemId: "Item", currencyId: "Currency" },
  },
);

export const purchaseDocument = trackedTable(
  "purchases",
  "PurchaseDocument",
  {
    ...documentColumns,
    documentType: oneOf(["Order", "Receipt", "Invoice", "CreditNote"]),
    state: oneOf(["Open", "Received", "Invoiced", "Cancelled", "Final"]),
    supplierId: utf8(),
    /** Who ordered. */
    colleagueId: nullable(utf8()),
    /** A receipt's order, an invoice's order, a credit note's invoice. */
    originDocumentId: nullable(int32()),
    /** Of orders: when the supplier promised it. */
    expectedDeliveryDate: nullable(date()),
    /** Of orders that were received: the day of their receipt. */
    realDeliveryDate: nullable(date()),
    supplierReference: nullable(utf8()),
  },
  {
    rows: 12_477,
    priority: 3,
    references: {
      supplierId: "Supplier",
      colleagueId: "Colleague",
      originDocumentId: "PurchaseDocument",
      currencyId: "Currency",
    },
  },
);

export const purchaseDocumentLine = trackedTable(
  "purchases",
  "PurchaseDocumentLine",
  {
    ...lineColumns,
    storehouseId: nullable(utf8()),
    /** Of receipts; 0 for other documents. */
    receivedQuantity: decimal(12, 3),
    /** Of receipts: sum of PurchaseDocumentDefect. */
    defectiveQuantity: decimal(12, 3),
  },
  {
    rows: 38_887,
    priority: 3,
    references: {
      documentId: "PurchaseDocument",
      itemId: "Item",
      unitId: "Unit",
      vatId: "Vat",
      storehouseId: "Storehouse",
    },
  },
);

/** Goods of a receipt that were sent back. */
export const purchaseDocumentDefect = trackedTable(
  "purchases",
  "PurchaseDocumentDefect",
  {
    id: int32(),
    documentLineId: int32(),
    quantity: decimal(12, 3),
    reason: nullable(utf8()),
    defectDate: date(),
  },
  { rows: 412, priority: 1, references: { documentLineId: "PurchaseDocumentLine" } },
);

export const purchaseDocumentEx = trackedTable(
  "purchases",
  "PurchaseDocumentEx",
  { id: int32(), carrier: nullable(utf8()), internalComment: nullable(utf8()) },
  { rows: 12_477, priority: 2, references: { id: "PurchaseDocument" } },
);

export const purchaseDocumentVat = trackedTable("purchases", "PurchaseDocumentVat", vatColumns, {
  rows: 13_005,
  priority: 1,
  references: { documentId: "PurchaseDocument", vatId: "Vat" },
});

export const purchaseCommitment = trackedTable(
  "purchases",
  "PurchaseCommitment",
  { ...commitmentColumns, supplierId: utf8() },
  {
    rows: 8_603,
    priority: 2,
    references: { documentId: "PurchaseDocument", supplierId: "Supplier", currencyId: "Currency" },
  },
);

export const purchaseSettlement = trackedTable(
  "purchases",
  "PurchaseSettlement",
  { ...settlementColumns, supplierId: utf8() },
  {
    rows: 5_183,
    priority: 2,
    references: {
      supplierId: "Supplier",
      settlementModeId: "SettlementMode",
      currencyId: "Currency",
    },
  },
);

export const purchaseSettlementCommitment = trackedTable(
  "purchases",
  "PurchaseSettlementCommitment",
  allocationColumns,
  {
    rows: 6_012,
    priority: 1,
    references: { settlementId: "PurchaseSettlement", commitmentId: "PurchaseCommitment" },
  },
);
