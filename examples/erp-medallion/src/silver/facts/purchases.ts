import { raw, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { purchases } from "../star/facts.ts";
import {
  lineColumns,
  lineDirt,
  lineReason,
  makePurchaseDocuments,
  touchedLines,
} from "./documents.ts";

/** Lines of documents to suppliers, in euro. */
export const purchasesCleaning: Cleaning = {
  table: purchases,
  source: "purchase_document_line",
  with: ["purchase_document", "purchase_commitment", "currency_rate", "item"],
  leftOut: raw(`s."lineType" = 'Comment'`),
  reach: {
    from: [
      "purchase_document_line",
      "purchase_document",
      "purchase_commitment",
      "currency_rate",
      "item",
    ],
    ids: (changes) => touchedLines("purchase", changes),
  },
  prepare: ({ engine, rows, today }) => makePurchaseDocuments(engine, rows, today),
  select: ({
    rows,
  }) => sql`SELECT CAST(s.id AS VARCHAR) AS _key, ${lineReason} AS _reason, ${lineDirt} AS _dirt, ${lineColumns},
  d."supplierId" AS supplier_id, d."expectedDeliveryDate" AS expected_delivery_date, d."realDeliveryDate" AS real_delivery_date,
  s."receivedQuantity" AS received_quantity, s."defectiveQuantity" AS defective_quantity
FROM ${rows} s
LEFT JOIN document d ON d.id = s."documentId" LEFT JOIN item i ON i.id = s."itemId"
WHERE s."lineType" <> 'Comment'`,
};
