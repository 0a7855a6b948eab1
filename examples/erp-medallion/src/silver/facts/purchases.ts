import { raw, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { purchases } from "../star/facts.ts";
import { lineColumns, lineDirt, lineReason } from "./documents.ts";

/** Lines of documents to suppliers, in euro. */
export const purchasesCleaning: Cleaning = {
  table: purchases,
  source: "purchase_document_line",
  with: ["purchase_document", "purchase_commitment", "currency_rate", "item"],
  leftOut: raw(`s."lineType" = 'Comment'`),
  touched: raw(`SELECT id FROM changed_purchase_document_line
UNION SELECT l.id FROM purchase_document_line l SEMI JOIN (SELECT id FROM changed_purchase_document UNION SELECT "documentId" FROM changed_purchase_commitment) d ON d.id = l."documentId"`),
  select: ({
    asked,
  }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key, ${lineReason} AS _reason, ${lineDirt} AS _dirt, ${lineColumns},
  d."supplierId" AS supplier_id, d."expectedDeliveryDate" AS expected_delivery_date, d."realDeliveryDate" AS real_delivery_date,
  s."receivedQuantity" AS received_quantity, s."defectiveQuantity" AS defective_quantity
FROM purchase_document_line s ${asked}
LEFT JOIN purchase d ON d.id = s."documentId" LEFT JOIN item i ON i.id = s."itemId"
WHERE s."lineType" <> 'Comment'`,
};
