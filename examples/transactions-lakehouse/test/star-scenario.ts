import type { SqlEngine } from "@lakewright/sql";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { paymentMethods, paymentMethodTotals, productCounts, star } from "../src/warehouse/star.ts";
import { userSummary, userSummaryEur, users } from "../src/warehouse/star.ts";

const ada = {
  user_id: "u1",
  user_name: "Ada",
  user_email: "ada@example.org",
  user_country: "FR",
  user_city: "Lyon",
};

/** Two days of the shop: who there is, what moved, and the summaries of both days, one of them in two versions. */
export async function loadTwoDays(engine: SqlEngine): Promise<Warehouse> {
  const warehouse = await openWarehouse(engine, star, { schema: "shop" });
  const bob = { ...ada, user_id: "u2", user_name: "Bob", user_email: null };
  await warehouse.load(users, [ada, bob], { loadId: "day 1", at: "2026-11-20T22:00:00Z" });
  await warehouse.load(
    paymentMethods,
    [
      {
        payment_method_id: "card",
        payment_method_name: "Card",
        payment_method_category: "card",
        is_active: true,
      },
      {
        payment_method_id: "sepa",
        payment_method_name: "SEPA",
        payment_method_category: "bank",
        is_active: true,
      },
    ],
    { loadId: "day 1" },
  );
  await loadSummaries(warehouse, "2026-11-20", 1, "10.00");
  await warehouse.load(users, [{ ...ada, user_city: "Paris" }], {
    loadId: "day 2",
    at: "2026-11-21T22:00:00Z",
  });
  await loadSummaries(warehouse, "2026-11-21", 1, "20.00");
  await loadSummaries(warehouse, "2026-11-21", 2, "21.00");
  return warehouse;
}

/** The four summaries of a day. */
export async function loadSummaries(
  warehouse: Warehouse,
  date: string,
  version: number,
  amount: string,
): Promise<void> {
  const options = { loadId: `${date} v${version}: ${amount}`, snapshot: { date, version } };
  const sums = { total_amount: amount, transaction_count: 1, avg_amount: amount };
  const euro = { total_amount_eur: amount, transaction_count: 1, avg_amount_eur: amount };
  const purchase = { transaction_type: "purchase" };
  await warehouse.load(
    userSummary,
    [
      { user_id: "u1", ...purchase, currency: "EUR", ...sums },
      { user_id: "u1", ...purchase, currency: "USD", ...sums },
      { user_id: "u2", ...purchase, currency: "EUR", ...sums },
      { user_id: "u3", ...purchase, currency: "EUR", ...sums },
    ],
    options,
  );
  await warehouse.load(
    userSummaryEur,
    [
      { user_id: "u1", ...purchase, ...euro, exchange_rate: "1" },
      { user_id: "u2", ...purchase, ...euro, exchange_rate: null },
    ],
    options,
  );
  await warehouse.load(
    paymentMethodTotals,
    [{ payment_method_id: "card", payment_method_name: "Card", currency: "EUR", ...sums }],
    options,
  );
  await warehouse.load(
    productCounts,
    [
      {
        product_id: "P1",
        product_name: "Lamp",
        product_category: "home",
        currency: "EUR",
        purchase_count: 1,
        total_revenue: amount,
        avg_price: amount,
        unique_buyers: 1,
      },
    ],
    options,
  );
}

/** The columns each table is asked to have, as the design of the shop lists them. */
export const asked: Readonly<Record<string, readonly string[]>> = {
  dim_users: ["user_id", "user_name", "user_email", "user_country", "user_city"],
  dim_payment_methods: [
    "payment_method_id",
    "payment_method_name",
    "payment_method_category",
    "is_active",
  ],
  fact_user_transaction_summary:
    "summary_id user_id transaction_type total_amount transaction_count avg_amount snapshot_date snapshot_version".split(
      " ",
    ),
  fact_user_transaction_summary_eur:
    "summary_eur_id user_id transaction_type total_amount_eur transaction_count avg_amount_eur exchange_rate snapshot_date snapshot_version".split(
      " ",
    ),
  fact_payment_method_totals:
    "payment_total_id payment_method_id payment_method_name total_amount transaction_count avg_amount snapshot_date snapshot_version".split(
      " ",
    ),
  fact_product_purchase_counts:
    "product_count_id product_id product_name product_category purchase_count total_revenue avg_price unique_buyers snapshot_date snapshot_version".split(
      " ",
    ),
};

/** What the warehouse adds to them. */
export const added: Readonly<Record<string, readonly string[]>> = {
  dim_users: ["user_key", "valid_from", "valid_to", "is_current", "is_inferred", "is_deleted"],
  dim_payment_methods: ["payment_method_key", "is_inferred", "is_deleted"],
  fact_user_transaction_summary: ["user_key", "currency"],
  fact_user_transaction_summary_eur: ["user_key"],
  fact_payment_method_totals: ["payment_method_key", "currency"],
  fact_product_purchase_counts: ["currency"],
};

/** Table → its columns, as the engine's catalogue has them. */
export async function columnsInCatalogue(engine: SqlEngine): Promise<Record<string, string[]>> {
  const rows = await engine
    .query(
      `SELECT c.table_name AS t, c.column_name AS c FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = 'shop' AND t.table_type = 'BASE TABLE'`,
    )
    .rows();
  const columns: Record<string, string[]> = {};
  for (const { t, c } of rows as { t: string; c: string }[]) {
    // MySQL's guard of open versions is a generated column.
    if (!t.startsWith("_") && !c.startsWith("__")) (columns[t] ??= []).push(c);
  }
  return columns;
}

/** Table → columns asked for and added. */
export function columnsWanted(): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(asked).map(([table, columns]) => [table, [...columns, ...added[table]!].sort()]),
  );
}

export function sortedColumns(columns: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(columns).map(([table, list]) => [table, list.sort()]));
}

/** What the summaries of customers say, with who the customer was on that day. */
export async function summaries(engine: SqlEngine): Promise<string[]> {
  const rows = await engine
    .query(
      `SELECT f.snapshot_date, f.snapshot_version, f.user_id, f.currency, f.total_amount, u.user_city, u.is_inferred
FROM shop.fact_user_transaction_summary f JOIN shop.dim_users u ON u.user_key = f.user_key`,
    )
    .rows();
  return rows.map((row) => Object.values(row).map(String).join(" ")).sort();
}

export const expectedSummaries: readonly string[] = [
  "2026-11-20 1 u1 EUR 10.00 Lyon false",
  "2026-11-20 1 u1 USD 10.00 Lyon false",
  "2026-11-20 1 u2 EUR 10.00 Lyon false",
  "2026-11-20 1 u3 EUR 10.00 null true",
  "2026-11-21 1 u1 EUR 20.00 Paris false",
  "2026-11-21 1 u1 USD 20.00 Paris false",
  "2026-11-21 1 u2 EUR 20.00 Lyon false",
  "2026-11-21 1 u3 EUR 20.00 null true",
  "2026-11-21 2 u1 EUR 21.00 Paris false",
  "2026-11-21 2 u1 USD 21.00 Paris false",
  "2026-11-21 2 u2 EUR 21.00 Lyon false",
  "2026-11-21 2 u3 EUR 21.00 null true",
];
