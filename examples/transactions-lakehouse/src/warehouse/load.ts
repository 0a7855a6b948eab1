import { conformBatch, formatDate, type Table } from "@lakewright/core";
import { raw, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import type { StarTable, Warehouse } from "@lakewright/warehouse";
import type { RecordBatch } from "apache-arrow";
import type { Snapshot } from "../state/output-folder.ts";
import {
  paymentMethods,
  paymentMethodTotals,
  productCounts,
  users,
  userSummary,
  userSummaryEur,
} from "./star.ts";

/** A table of the star schema and where its rows are. */
interface Load {
  readonly table: StarTable;
  readonly from: Sql;
}

/** What a transaction type is called where the file has none: the star's grain takes no null. */
const NO_TYPE = "(none)";
const type = raw(`coalesce(transaction_type, '${NO_TYPE}') AS transaction_type`);

/** Cents as the star keeps them; the lake has the exact amounts. */
const total = (column: string): Sql =>
  raw(`in_cents(CAST(millionths(${column}) AS HUGEINT) * 1000000) AS ${column}`);

/** The kind of a payment method, where its name tells. */
const category = raw(`CASE WHEN regexp_matches(lower(payment_method), 'gift|voucher') THEN 'voucher'
  WHEN regexp_matches(lower(payment_method), 'card|visa|master|amex') THEN 'card'
  WHEN regexp_matches(lower(payment_method), 'pay|wallet') THEN 'wallet'
  WHEN regexp_matches(lower(payment_method), 'transfer|sepa|debit|bank') THEN 'bank'
  WHEN regexp_matches(lower(payment_method), 'cash') THEN 'cash' END`);

const dimensions: readonly Load[] = [
  {
    table: users,
    from: raw(
      "SELECT user_id, name AS user_name, email AS user_email, country AS user_country, city AS user_city FROM golden",
    ),
  },
  {
    table: paymentMethods,
    from: sql`SELECT DISTINCT payment_method AS payment_method_id, payment_method AS payment_method_name,
      ${category} AS payment_method_category, true AS is_active FROM payment_method_totals`,
  },
];

const facts: readonly Load[] = [
  {
    table: userSummary,
    from: sql`SELECT user_id, ${type}, currency, ${total("total_amount")}, transaction_count, avg_amount FROM user_transaction_summary`,
  },
  {
    table: userSummaryEur,
    from: sql`SELECT user_id, ${type}, total_amount_eur, transaction_count, avg_amount_eur, exchange_rate FROM user_transaction_summary_eur`,
  },
  {
    table: paymentMethodTotals,
    from: sql`SELECT payment_method AS payment_method_id, payment_method AS payment_method_name, currency,
      ${total("total_amount")}, transaction_count, avg_amount FROM payment_method_totals`,
  },
  {
    table: productCounts,
    from: sql`SELECT product_id, product_name, product_category, currency, purchase_count, ${total("total_revenue")},
      avg_price, unique_buyers FROM product_purchase_counts WHERE unique_buyers IS NOT NULL`,
  },
];

/**
 * Loads a snapshot into the star schema: who the users are by now, and the four summaries. Each load has a name, so a
 * run that is repeated changes nothing.
 *
 * @param engine - has the summaries as tables
 */
export async function loadStar(
  warehouse: Warehouse,
  engine: SqlEngine,
  snapshot: Snapshot,
): Promise<void> {
  const loadId = `snapshot ${snapshot.version}`;
  const at = new Date(snapshot.at);
  for (const { table, from } of dimensions) {
    const scd2 = table === users ? ({ at, deletes: "close", maxClosedShare: 1 } as const) : {};
    await warehouse.load(table, rowsOf(engine, table.input, from), {
      loadId,
      onReject: "error",
      ...scd2,
    });
  }
  const date = formatDate(Math.floor(snapshot.at / 86_400_000));
  for (const { table, from } of facts) {
    await warehouse.load(table, rowsOf(engine, table.input, from), {
      loadId,
      onReject: "error",
      snapshot: { date, version: snapshot.version },
    });
  }
}

async function* rowsOf(engine: SqlEngine, table: Table, from: Sql): AsyncGenerator<RecordBatch> {
  for await (const batch of engine.query(from)) yield conformBatch(table, batch);
}
