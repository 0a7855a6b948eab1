import { joinSql, type Sql, sql } from "@lakewright/sql";

/** What one unit of a currency is worth in euro, as decimal text. */
export type Rates = Readonly<Record<string, string>>;

/**
 * Exact arithmetic on money, a half rounded to the even digit, and once, at the end: totals in euro to two digits,
 * averages to four. DuckDB divides decimals as doubles, so the macros count in whole units of the last digit.
 */
export const macros = `
CREATE OR REPLACE MACRO half_even(n, d) AS (n // d) + CASE
  WHEN 2 * abs(n % d) > d OR (2 * abs(n % d) = d AND (n // d) % 2 <> 0) THEN sign(n) ELSE 0 END;
CREATE OR REPLACE MACRO millionths(amount) AS CAST(amount * CAST(1000000 AS DECIMAL(7, 0)) AS HUGEINT);
CREATE OR REPLACE MACRO average(total, n) AS
  CAST(half_even(millionths(total), CAST(n AS HUGEINT) * 100) AS DECIMAL(34, 0)) * CAST('0.0001' AS DECIMAL(4, 4));
CREATE OR REPLACE MACRO converted(total, rate) AS millionths(total) * millionths(rate);
CREATE OR REPLACE MACRO in_cents(converted) AS
  CAST(half_even(CAST(converted AS HUGEINT), CAST(10000000000 AS HUGEINT)) AS DECIMAL(36, 0)) * CAST('0.01' AS DECIMAL(2, 2));
CREATE OR REPLACE MACRO is_purchase(transaction_type) AS NOT starts_with(lower(coalesce(transaction_type, '')), 'refund');
`;

/** By person, type and currency. */
export function userTransactionSummary(): Sql {
  return sql`SELECT person_id AS user_id, transaction_type, currency,
  sum(amount) AS total_amount, count(*) AS transaction_count, average(sum(amount), count(*)) AS avg_amount
FROM silver JOIN people USING (user_id)
GROUP BY ALL ORDER BY person_id, transaction_type, currency`;
}

/** By person and type in euro, over the currencies with a known rate; the rate where it was one only. */
export function userTransactionSummaryEur(ratesToEur: Rates): Sql {
  return sql`WITH summary AS (${userTransactionSummary()}),
eur AS (SELECT user_id, transaction_type, in_cents(sum(converted(total_amount, rate))) AS total_amount_eur,
    CAST(sum(transaction_count) AS BIGINT) AS transaction_count,
    CASE WHEN count(DISTINCT rate) = 1 THEN any_value(rate) END AS exchange_rate
  FROM summary JOIN ${rates(ratesToEur)} USING (currency) GROUP BY user_id, transaction_type)
SELECT user_id, transaction_type, total_amount_eur, transaction_count,
  average(total_amount_eur, transaction_count) AS avg_amount_eur, exchange_rate
FROM eur ORDER BY user_id, transaction_type`;
}

/** By payment method and currency. */
export function paymentMethodTotals(): Sql {
  return sql`SELECT payment_method, currency,
  sum(amount) AS total_amount, count(*) AS transaction_count, average(sum(amount), count(*)) AS avg_amount
FROM silver WHERE payment_method IS NOT NULL
GROUP BY ALL ORDER BY payment_method, currency`;
}

/** By product and currency; a refund is no purchase. A product goes by the name it had last. */
export function productPurchaseCounts(): Sql {
  return sql`SELECT product_id, arg_max(product_name, position) AS product_name,
  arg_max(product_category, position) AS product_category, currency,
  count(*) AS purchase_count, sum(amount) AS total_revenue, average(sum(amount), count(*)) AS avg_price,
  CASE WHEN (SELECT count(*) FROM people) > 0 THEN count(DISTINCT person_id) END AS unique_buyers
FROM silver LEFT JOIN people USING (user_id)
WHERE product_id IS NOT NULL AND is_purchase(transaction_type)
GROUP BY product_id, currency ORDER BY product_id, currency`;
}

function rates(ratesToEur: Rates): Sql {
  const rows = Object.entries(ratesToEur).map(
    ([currency, rate]) => sql`(${currency}, CAST(${rate} AS DECIMAL(18, 6)))`,
  );
  return sql`(VALUES ${joinSql(rows)}) AS rates(currency, rate)`;
}

/** The currencies of the transactions for which no rate is known. */
export function currenciesWithoutRate(ratesToEur: Rates): Sql {
  return sql`SELECT DISTINCT currency FROM silver ANTI JOIN ${rates(ratesToEur)} USING (currency) ORDER BY currency`;
}
