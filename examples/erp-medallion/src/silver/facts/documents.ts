import { duckdbDialect, joinSql, raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { Changes } from "../clean/cleaning.ts";

/**
 * The documents of lines of sales, as the view `document`: `day` is the document's, or where that cannot be the day it was
 * entered; `day_is_wrong`, `due`, `paid` and `paid_day` come from its instalments; an order is invoiced on its first
 * invoice's day.
 */
export async function makeSaleDocuments(
  engine: SqlEngine,
  lines: Sql,
  today: string,
): Promise<void> {
  const statement = documents("sale", lines, today, {
    columns: raw(`d."customerId", d."colleagueId", d."deliveringZipCode", d."deliveringCountryId"`),
    invoiced: raw(`i.day AS invoiced`),
    join: raw(`LEFT JOIN (SELECT "originDocumentId" AS id, min("documentDate") AS day FROM sale_document
    WHERE "documentType" = 'Invoice' AND "originDocumentId" IS NOT NULL GROUP BY ALL) i
    ON i.id = CASE d."documentType" WHEN 'Delivery' THEN d."originDocumentId" ELSE d.id END`),
  });
  await engine.execute(statement);
}

/** The documents of lines of purchases, as the view `document`. */
export async function makePurchaseDocuments(
  engine: SqlEngine,
  lines: Sql,
  today: string,
): Promise<void> {
  const statement = documents("purchase", lines, today, {
    columns: raw(`d."supplierId", d."expectedDeliveryDate", d."realDeliveryDate"`),
    invoiced: raw("CAST(NULL AS DATE) AS invoiced"),
    join: raw(""),
  });
  await engine.execute(statement);
}

type Kind = "sale" | "purchase";

interface DocumentParts {
  /** What only these documents have. */
  readonly columns: Sql;
  readonly invoiced: Sql;
  readonly join: Sql;
}

function documents(
  kind: Kind,
  lines: Sql,
  today: string,
  { columns, invoiced, join }: DocumentParts,
): Sql {
  const day = raw(`DATE ${duckdbDialect.literal(today)}`);
  return sql`CREATE OR REPLACE TEMP VIEW document AS
SELECT d.id, d."documentType", d."documentNumber", d.state, d."currencyId", ${columns}, NOT is_plausible(d."documentDate", ${day}) AS day_is_wrong,
  CASE WHEN is_plausible(d."documentDate", ${day}) THEN d."documentDate"
    WHEN is_plausible(utc_day(d."sysCreatedDate"), ${day}) THEN utc_day(d."sysCreatedDate") END AS day,
  CASE WHEN d."currencyId" = 'EUR' THEN CAST(1 AS DECIMAL(12, 6)) WHEN d."currencyRate" > 0 THEN d."currencyRate" ELSE r.rate END AS "currencyRate",
  c.due, coalesce(c.paid, FALSE) AS paid, CASE WHEN c.paid THEN c.paid_day END AS paid_day, ${invoiced}
FROM (SELECT * FROM ${raw(kind)}_document WHERE id IN (SELECT "documentId" FROM ${lines})) d
LEFT JOIN (SELECT "documentId" AS id, max("dueDate") AS due, bool_and(state = 'Paid') AS paid, max("paidDate") AS paid_day
  FROM ${raw(kind)}_commitment GROUP BY ALL) c ON c.id = d.id
ASOF LEFT JOIN currency_rate r ON r."currencyId" = d."currencyId" AND r."rateDate" <= d."documentDate"
${join}`;
}

/**
 * The lines a change can reach: a line is touched with its document, its instalments and its invoice, with an exchange
 * rate that its document lacks, and with an item that comes or goes.
 */
export async function touchedLines(
  kind: Kind,
  { workbench, lastDay, today }: Changes,
): Promise<readonly Sql[]> {
  const [lines, documents, commitments] = [
    `${kind}_document_line`,
    `${kind}_document`,
    `${kind}_commitment`,
  ];
  const view = raw(documents);
  await workbench.see([documents, lines]);
  const reached = [becamePlausible(raw(`d."documentDate"`), lastDay, today)];
  const touched: Sql[] = [];
  if (await workbench.changed(documents)) {
    const changed = raw(`changed_${documents}`);
    touched.push(sql`SELECT id FROM ${changed}`);
    if (kind === "sale") {
      // An invoice says when its order was invoiced, and so the deliveries of the order.
      touched.push(sql`SELECT "originDocumentId" FROM ${changed}`);
      reached.push(
        sql`d."documentType" = 'Delivery' AND d."originDocumentId" IN (SELECT "originDocumentId" FROM ${changed})`,
      );
    }
  }
  if (await workbench.changed(commitments))
    touched.push(sql`SELECT "documentId" FROM ${raw(`changed_${commitments}`)}`);
  if (await workbench.changed("currency_rate")) {
    reached.push(sql`NOT coalesce(d."currencyRate" > 0, FALSE)
  AND EXISTS (FROM changed_currency_rate r WHERE r."currencyId" = d."currencyId" AND r."rateDate" <= d."documentDate")`);
  }
  touched.push(sql`SELECT d.id FROM ${view} d WHERE ${joinSql(reached, " OR ")}`);
  const ids = [
    sql`SELECT l.id FROM ${raw(lines)} l WHERE l."documentId" IN (${joinSql(touched, " UNION ALL ")})`,
  ];
  if (await workbench.changed(lines)) ids.push(sql`SELECT id FROM ${raw(`changed_${lines}`)}`);
  const items = await workbench.affected("item", [`"costPrice" < 0 OR "salePrice" < 0`]);
  if (items) ids.push(sql`SELECT l.id FROM ${raw(lines)} l WHERE l."itemId" IN (${items})`);
  return ids;
}

/**
 * Whether a day far ahead has come so near that it is plausible now, and was not on the day of the run before: see
 * `is_plausible`. A plain comparison, so that DuckDB passes over the parts of files that have no such day.
 */
export function becamePlausible(day: Sql, lastDay: string, today: string): Sql {
  const ahead = (text: string): Sql => raw(`DATE ${duckdbDialect.literal(text)} + 366`);
  return sql`(${day} > ${ahead(lastDay)} AND ${day} <= ${ahead(today)})`;
}

/** Why a line cannot be a fact. `l` is the line, `d` its document. */
export const lineReason: Sql = raw(`CASE WHEN d.id IS NULL THEN 'no_document'
    WHEN d.day IS NULL THEN 'implausible_date' WHEN d."currencyRate" IS NULL THEN 'no_exchange_rate'
    WHEN in_euro(s."netAmountVatIncluded", d."currencyRate") IS NULL THEN 'amount_out_of_range'
    WHEN s."netAmountVatExcluded" + s."vatAmount" <> s."netAmountVatIncluded"
      OR abs(round(s.quantity * s."unitPriceVatExcluded", 2) - s."discountAmount" - s."netAmountVatExcluded") > 0.01 THEN 'amounts_do_not_add_up' END`);

/** What was mended in a line. */
export const lineDirt: Sql =
  raw(`list_filter([CASE WHEN d.day_is_wrong THEN 'document_date:implausible' END,
    CASE WHEN d."currencyId" <> 'EUR' THEN 'currency:converted' END, CASE WHEN i.id IS NULL THEN 'product_id:unknown_item' END], x -> x IS NOT NULL)`);

/** The columns facts of lines share. */
export const lineColumns: Sql =
  raw(`s.id AS line_id, d."documentType" AS document_type, d."documentNumber" AS document_number, d.state AS document_state,
  s."lineNumber" AS line_number, d.day AS document_date, d.due AS due_date, d.paid_day AS payment_date, d.paid AS is_paid,
  s."itemId" AS product_id, s.quantity,
  CAST(round(CAST(s."unitPriceVatExcluded" AS DECIMAL(18, 4)) * d."currencyRate", 4) AS DECIMAL(16, 4)) AS unit_price_excl_tax,
  in_euro(s."discountAmount", d."currencyRate") AS discount_amount, in_euro(s."netAmountVatExcluded", d."currencyRate") AS net_amount_excl_tax,
  in_euro(s."vatAmount", d."currencyRate") AS tax_amount,
  in_euro(s."netAmountVatExcluded", d."currencyRate") + in_euro(s."vatAmount", d."currencyRate") AS net_amount_incl_tax`);
