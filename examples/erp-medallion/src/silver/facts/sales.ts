import { raw, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { sales } from "../star/facts.ts";
import { lineColumns, lineDirt, lineReason } from "./documents.ts";

/** Lines of documents to customers, in euro. A line is touched with its document, its instalments and its invoice. */
export const salesCleaning: Cleaning = {
  table: sales,
  source: "sale_document_line",
  with: ["sale_document", "sale_commitment", "currency_rate", "item"],
  leftOut: raw(`s."lineType" = 'Comment'`),
  touched: raw(`WITH documents AS (
  SELECT id FROM changed_sale_document UNION SELECT "originDocumentId" FROM changed_sale_document
  UNION SELECT "documentId" FROM changed_sale_commitment
  UNION SELECT d.id FROM sale_document d JOIN changed_sale_document c ON c."originDocumentId" = d."originDocumentId" WHERE d."documentType" = 'Delivery'
) SELECT id FROM changed_sale_document_line
UNION SELECT l.id FROM sale_document_line l SEMI JOIN documents d ON d.id = l."documentId"`),
  select: ({
    asked,
  }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key, ${lineReason} AS _reason, ${lineDirt} AS _dirt, ${lineColumns},
  d."customerId" AS customer_id, coalesce(s."colleagueId", d."colleagueId") AS colleague_id,
  CASE WHEN d."documentType" IN ('Invoice', 'CreditNote') THEN d.day ELSE d.invoiced END AS invoice_date,
  clean_zipcode(d."deliveringZipCode", d."deliveringCountryId") AS delivery_zipcode, s."costAmount" AS cost_amount,
  in_euro(s."netAmountVatExcluded", d."currencyRate") - s."costAmount" AS margin_amount,
  CASE WHEN s."netAmountVatExcluded" <> 0
    THEN round(100.0 * (in_euro(s."netAmountVatExcluded", d."currencyRate") - s."costAmount") / nullif(in_euro(s."netAmountVatExcluded", d."currencyRate"), 0), 2) END AS margin_percent
FROM sale_document_line s ${asked}
LEFT JOIN document d ON d.id = s."documentId" LEFT JOIN item i ON i.id = s."itemId"
WHERE s."lineType" <> 'Comment'`,
};
