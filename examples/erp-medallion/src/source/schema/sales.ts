import { date, decimal, int32, nullable, oneOf, utf8 } from "@lakewright/core";
import {
  allocationColumns,
  commitmentColumns,
  documentColumns,
  lineColumns,
  settlementColumns,
  vatColumns,
} from "./documents.ts";
import { trackedTable } from "./source-table.ts";

export const saleDocument = trackedTable(
  "sales",
  "SaleDocument",
  {
    ...documentColumns,
    documentType: oneOf(["Quote", "Order", "Delivery", "Invoice", "CreditNote"]),
    /** Quote: Open, Accepted, Refused; Order: Open, Delivered, Invoiced, Cancelled; the others: Final. */
    state: oneOf(["Open", "Accepted", "Refused", "Delivered", "Invoiced", "Cancelled", "Final"]),
    customerId: utf8(),
    /** Who sold it. */
    colleagueId: nullable(utf8()),
    dealId: nullable(int32()),
    /** The document it was made from: an order's quote, an invoice's order, a credit note's invoice. */
    originDocumentId: nullable(int32()),
    /** Sum of the lines' cost, in euro. */
    costAmount: decimal(14, 2),
    deliveryDate: nullable(date()),
    validityDate: nullable(date()),
    customerReference: nullable(utf8()),
    deliveringZipCode: nullable(utf8()),
    deliveringCity: nullable(utf8()),
    deliveringCountryId: nullable(utf8()),
  },
  {
    rows: 23_837,
    priority: 3,
    references: {
      customerId: "Customer",
      colleagueId: "Colleague",
      dealId: "Deal",
      originDocumentId: "SaleDocument",
      currencyId: "Currency",
    },
  },
);

export const saleDocumentLine = trackedTable(
  "sales",
  "SaleDocumentLine",
  {
    ...lineColumns,
    /** Of one unit, in euro. */
    costPrice: decimal(14, 4),
    /** round(quantity × cost price), in euro. */
    costAmount: decimal(14, 2),
    colleagueId: nullable(utf8()),
    storehouseId: nullable(utf8()),
  },
  {
    rows: 112_684,
    priority: 3,
    references: {
      documentId: "SaleDocument",
      itemId: "Item",
      unitId: "Unit",
      vatId: "Vat",
      colleagueId: "Colleague",
      storehouseId: "Storehouse",
    },
    /** A few items were deleted in spite of their lines. */
    loose: ["itemId"],
  },
);

/** The fields a company adds to documents: one row for each. */
export const saleDocumentEx = trackedTable(
  "sales",
  "SaleDocumentEx",
  {
    id: int32(),
    channel: nullable(utf8()),
    projectCode: nullable(utf8()),
    internalComment: nullable(utf8()),
    packageCount: nullable(int32()),
  },
  { rows: 23_837, priority: 2, references: { id: "SaleDocument" } },
);

export const saleDocumentVat = trackedTable("sales", "SaleDocumentVat", vatColumns, {
  rows: 26_114,
  priority: 1,
  references: { documentId: "SaleDocument", vatId: "Vat" },
});

export const saleCommitment = trackedTable(
  "sales",
  "SaleCommitment",
  { ...commitmentColumns, customerId: utf8() },
  {
    rows: 15_924,
    priority: 2,
    references: { documentId: "SaleDocument", customerId: "Customer", currencyId: "Currency" },
  },
);

export const saleSettlement = trackedTable(
  "sales",
  "SaleSettlement",
  { ...settlementColumns, customerId: utf8() },
  {
    rows: 12_962,
    priority: 2,
    references: {
      customerId: "Customer",
      settlementModeId: "SettlementMode",
      currencyId: "Currency",
    },
  },
);

export const saleSettlementCommitment = trackedTable(
  "sales",
  "SaleSettlementCommitment",
  allocationColumns,
  {
    rows: 15_516,
    priority: 2,
    references: { settlementId: "SaleSettlement", commitmentId: "SaleCommitment" },
  },
);

export const settlementMode = trackedTable(
  "sales",
  "SettlementMode",
  { id: utf8(), caption: utf8(), delayDays: int32(), endOfMonth: int32() },
  { rows: 12, priority: 1 },
);

export const priceList = trackedTable(
  "sales",
  "PriceList",
  { id: utf8(), caption: utf8(), coefficient: decimal(6, 4), currencyId: utf8() },
  { rows: 6, priority: 1, references: { currencyId: "Currency" } },
);
