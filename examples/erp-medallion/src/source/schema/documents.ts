import { date, decimal, int32, nullable, oneOf, utf8 } from "@lakewright/core";

/** Columns that documents of sales and purchases share. Amounts are in the document's currency; credit notes are negative. */
export const documentColumns = {
  id: int32(),
  documentNumber: utf8(),
  documentDate: date(),
  currencyId: utf8(),
  /** Euro for one unit of the currency on the document's day; 1 for the euro. */
  currencyRate: decimal(12, 6),
  amountVatExcluded: decimal(14, 2),
  vatAmount: decimal(14, 2),
  amountVatIncluded: decimal(14, 2),
  lineCount: int32(),
};

/** Columns that their lines share. The sums over lines are the document's amounts, to the cent. */
export const lineColumns = {
  id: int32(),
  documentId: int32(),
  lineNumber: int32(),
  /** A comment has no item and no amounts. */
  lineType: oneOf(["Item", "Comment"]),
  itemId: nullable(utf8()),
  description: nullable(utf8()),
  quantity: decimal(12, 3),
  unitId: nullable(utf8()),
  /** Before the discount, without VAT. */
  unitPriceVatExcluded: decimal(14, 4),
  /** Percent, 0 to 100. */
  discountRate: decimal(5, 2),
  /** Of the whole line: round(quantity × price × rate). */
  discountAmount: decimal(14, 2),
  netAmountVatExcluded: decimal(14, 2),
  vatId: nullable(utf8()),
  /** Percent. */
  vatRate: decimal(5, 2),
  /** Lines of one rate add up to the rounded VAT of the rate in the document. */
  vatAmount: decimal(14, 2),
  netAmountVatIncluded: decimal(14, 2),
};

/** One row for each VAT rate of a document: vatAmount = round(baseAmount × vatRate). */
export const vatColumns = {
  id: int32(),
  documentId: int32(),
  vatId: utf8(),
  vatRate: decimal(5, 2),
  baseAmount: decimal(14, 2),
  vatAmount: decimal(14, 2),
};

/** What is due when for a document; `paidAmount` is the sum of what settlements allocate to it. */
export const commitmentColumns = {
  id: int32(),
  documentId: int32(),
  dueDate: date(),
  amount: decimal(14, 2),
  paidAmount: decimal(14, 2),
  currencyId: utf8(),
  state: oneOf(["Open", "Partial", "Paid"]),
  /** The day it was paid whole. */
  paidDate: nullable(date()),
};

/** A payment; `allocatedAmount` is the sum of its allocations. */
export const settlementColumns = {
  id: int32(),
  settlementNumber: utf8(),
  settlementDate: date(),
  settlementModeId: nullable(utf8()),
  amount: decimal(14, 2),
  allocatedAmount: decimal(14, 2),
  currencyId: utf8(),
  reference: nullable(utf8()),
};

export const allocationColumns = {
  id: int32(),
  settlementId: int32(),
  commitmentId: int32(),
  amount: decimal(14, 2),
  allocationDate: date(),
};
