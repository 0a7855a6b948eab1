import { raw, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { sales } from "../star/facts.ts";
import { lineColumns, lineDirt, lineReason, makeSaleDocuments, touchedLines } from "./documents.ts";

/** Lines of documents to customers, in euro. A line is touched with its document, its instalments and its invoice. */
export const salesCleaning: Cleaning = {
  table: sales,
  source: "sale_document_line",
  with: ["sale_document", "sale_commitment", "currency_rate", "item"],
  leftOut: raw(`s."lineType" = 'Comment'`),
  reach: {
    from: ["sale_document_line", "sale_document", "sale_commitment", "currency_rate", "item"],
    ids: (changes) => touchedLines("sale", changes),
  },
  prepare: ({ engine, rows, today }) => makeSaleDocuments(engine, rows, today),
  select: ({
    rows,
  }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key, ${lineReason} AS _reason, ${lineDirt} AS _dirt, ${lineColumns},
  d."customerId" AS customer_id, coalesce(s."colleagueId", d."colleagueId") AS colleague_id,
  CASE WHEN d."documentType" IN ('Invoice', 'CreditNote') THEN d.day ELSE d.invoiced END AS invoice_date,
  clean_zipcode(d."deliveringZipCode", d."deliveringCountryId") AS delivery_zipcode, s."costAmount" AS cost_amount,
  in_euro(s."netAmountVatExcluded", d."currencyRate") - s."costAmount" AS margin_amount,
  CASE WHEN s."netAmountVatExcluded" <> 0
    THEN round(100.0 * (in_euro(s."netAmountVatExcluded", d."currencyRate") - s."costAmount") / nullif(in_euro(s."netAmountVatExcluded", d."currencyRate"), 0), 2) END AS margin_percent
FROM ${rows} s
LEFT JOIN document d ON d.id = s."documentId" LEFT JOIN item i ON i.id = s."itemId"
WHERE s."lineType" <> 'Comment'`,
};
