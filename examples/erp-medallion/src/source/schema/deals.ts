import { date, decimal, int32, nullable, oneOf, utf8 } from "@lakewright/core";
import { trackedTable } from "./source-table.ts";

/** An affair: what documents, purchases and interventions for one purpose are gathered under. */
export const deal = trackedTable(
  "sales",
  "Deal",
  {
    id: int32(),
    dealNumber: utf8(),
    caption: nullable(utf8()),
    customerId: utf8(),
    colleagueId: nullable(utf8()),
    state: oneOf(["Open", "Won", "Lost", "Closed"]),
    startDate: date(),
    endDate: nullable(date()),
    /** Percent. */
    successRate: nullable(decimal(5, 2)),
    expectedAmount: nullable(decimal(14, 2)),
    /** Sum of the invoices and credit notes linked to it, without VAT, in euro. */
    invoicedAmount: decimal(14, 2),
    constructionSiteId: nullable(int32()),
  },
  {
    rows: 1_493,
    priority: 2,
    references: {
      customerId: "Customer",
      colleagueId: "Colleague",
      constructionSiteId: "ConstructionSite",
    },
  },
);

export const dealSaleDocument = trackedTable(
  "sales",
  "DealSaleDocument",
  { id: int32(), dealId: int32(), documentId: int32() },
  { rows: 9_882, priority: 2, references: { dealId: "Deal", documentId: "SaleDocument" } },
);

export const dealSaleDocumentLine = trackedTable(
  "sales",
  "DealSaleDocumentLine",
  { id: int32(), dealId: int32(), documentLineId: int32(), netAmountVatExcluded: decimal(14, 2) },
  { rows: 29_551, priority: 2, references: { dealId: "Deal", documentLineId: "SaleDocumentLine" } },
);

export const dealItem = trackedTable(
  "sales",
  "DealItem",
  { id: int32(), dealId: int32(), itemId: utf8(), plannedQuantity: decimal(12, 3) },
  { rows: 6_428, priority: 1, references: { dealId: "Deal", itemId: "Item" } },
);
