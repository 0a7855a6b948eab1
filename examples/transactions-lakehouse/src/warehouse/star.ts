import { bool, decimal, int64, nullable, utf8 } from "@lakewright/core";
import { dimension, fact } from "@lakewright/warehouse";

/** The columns under which a summary says of which day it is, and which calculation of it. */
const snapshot = { date: "snapshot_date", version: "snapshot_version" } as const;

/** Customers, with the history of who they were. */
export const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  surrogateKey: "user_key",
  columns: {
    user_id: utf8(),
    user_name: nullable(utf8()),
    user_email: nullable(utf8()),
    user_country: nullable(utf8()),
    user_city: nullable(utf8()),
  },
});

export const paymentMethods = dimension("dim_payment_methods", {
  key: ["payment_method_id"],
  surrogateKey: "payment_method_key",
  columns: {
    payment_method_id: utf8(),
    payment_method_name: nullable(utf8()),
    payment_method_category: nullable(utf8()),
    is_active: nullable(bool()),
  },
});

/** What a customer spent by type and currency: amounts of different currencies are never added up. */
export const userSummary = fact("fact_user_transaction_summary", {
  surrogateKey: "summary_id",
  grain: ["user_id", "transaction_type", "currency"],
  dimensions: { user: users },
  attributes: { user_id: utf8(), transaction_type: utf8(), currency: utf8() },
  measures: {
    total_amount: decimal(18, 2),
    transaction_count: int64(),
    avg_amount: decimal(18, 4),
  },
  snapshot,
});

/** The same in euro. The rate is null where amounts of several currencies, at several rates, went into the total. */
export const userSummaryEur = fact("fact_user_transaction_summary_eur", {
  surrogateKey: "summary_eur_id",
  grain: ["user_id", "transaction_type"],
  dimensions: { user: users },
  attributes: { user_id: utf8(), transaction_type: utf8() },
  measures: {
    total_amount_eur: decimal(18, 2),
    transaction_count: int64(),
    avg_amount_eur: decimal(18, 4),
    exchange_rate: nullable(decimal(18, 8)),
  },
  snapshot,
});

/** What went through a payment method, by currency. */
export const paymentMethodTotals = fact("fact_payment_method_totals", {
  surrogateKey: "payment_total_id",
  grain: ["payment_method_id", "currency"],
  dimensions: { payment_method: paymentMethods },
  attributes: {
    payment_method_id: utf8(),
    payment_method_name: nullable(utf8()),
    currency: utf8(),
  },
  measures: {
    total_amount: decimal(18, 2),
    transaction_count: int64(),
    avg_amount: decimal(18, 4),
  },
  snapshot,
});

/** What was sold of a product, by currency. Buyers of two currencies may be the same people. */
export const productCounts = fact("fact_product_purchase_counts", {
  surrogateKey: "product_count_id",
  grain: ["product_id", "currency"],
  dimensions: {},
  attributes: {
    product_id: utf8(),
    product_name: nullable(utf8()),
    product_category: nullable(utf8()),
    currency: utf8(),
  },
  measures: {
    purchase_count: int64(),
    total_revenue: decimal(18, 2),
    avg_price: decimal(18, 4),
    unique_buyers: int64(),
  },
  snapshot,
});

/** The star schema of the shop, for `openWarehouse`. */
export const star = {
  users,
  paymentMethods,
  userSummary,
  userSummaryEur,
  paymentMethodTotals,
  productCounts,
} as const;
