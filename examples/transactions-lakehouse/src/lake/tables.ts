import {
  defineTable,
  float64,
  int64,
  nullable,
  utf8,
  decimal,
  int32,
  timestamp,
  type Table,
} from "@lakewright/core";
import { quarantineTable } from "@lakewright/quality";
import { transactions } from "../ingest/tables.ts";

/** Transactions that passed the gate. */
export const silver = transactions;

/** Transactions that were decoded and broke a rule. */
export const quarantine: Table = quarantineTable(transactions, "quarantine") as unknown as Table;

/** Transactions that are left out on purpose, and by which rule. */
export const dropped = defineTable("dropped", {
  position: int64(),
  line: int64(),
  transaction_id: nullable(utf8()),
  user_id: nullable(utf8()),
  rule: utf8(),
});

const total = decimal(38, 6);

/** Every table in `lake/tables` is written anew for each snapshot, in a folder of its own: version=v1, version=v2. */
const version = { version: utf8() };

export const userTransactionSummary = defineTable("user_transaction_summary", {
  user_id: utf8(),
  transaction_type: nullable(utf8()),
  currency: utf8(),
  total_amount: total,
  transaction_count: int64(),
  avg_amount: total,
  ...version,
});

export const userTransactionSummaryEur = defineTable("user_transaction_summary_eur", {
  user_id: utf8(),
  transaction_type: nullable(utf8()),
  total_amount_eur: total,
  transaction_count: int64(),
  avg_amount_eur: total,
  exchange_rate: nullable(decimal(18, 6)),
  ...version,
});

export const paymentMethodTotals = defineTable("payment_method_totals", {
  payment_method: utf8(),
  currency: utf8(),
  total_amount: total,
  transaction_count: int64(),
  avg_amount: total,
  ...version,
});

export const productPurchaseCounts = defineTable("product_purchase_counts", {
  product_id: utf8(),
  product_name: nullable(utf8()),
  product_category: nullable(utf8()),
  currency: utf8(),
  purchase_count: int64(),
  total_revenue: total,
  avg_price: total,
  unique_buyers: nullable(int64()),
  ...version,
});

/** Which accounts belong to one person. */
export const people = defineTable("people", {
  user_id: utf8(),
  /** The account the person goes by: the one with the most transactions. */
  person_id: utf8(),
  ...version,
});

export const anomalies = defineTable("anomalies", {
  position: int64(),
  transaction_id: nullable(utf8()),
  score: float64(),
  reasons: utf8(),
  ...version,
});

export const outages = defineTable("outages", {
  from_time: timestamp("us"),
  to_time: timestamp("us"),
  hours: int32(),
  expected: float64(),
  seen: int64(),
  ...version,
});

export const churnScores = defineTable("churn_scores", {
  user_id: utf8(),
  probability: float64(),
  risk: utf8(),
  reasons: utf8(),
  action: utf8(),
  ...version,
});

export const snapshotTables: readonly Table[] = [
  userTransactionSummary,
  userTransactionSummaryEur,
  paymentMethodTotals,
  productPurchaseCounts,
  people,
  anomalies,
  outages,
  churnScores,
];
