import { Decimal } from "@lakewright/core";
import { type SqlEngine, sql } from "@lakewright/sql";
import type {
  Balance,
  CurrencyFacts,
  MoneyFacts,
  PaymentFacts,
  PeopleFacts,
  ProductFacts,
  VolumeFacts,
} from "./model.ts";
import { failureOf } from "../gate/contract.ts";
import { maskedEmail } from "../ingest/anonymise.ts";
import { moneyText } from "./money.ts";
import { shortName, withoutEmails } from "./privacy.ts";
import { readableReason } from "./reasons.ts";

type Rows = Record<string, unknown>[];

/** Letters of the output whose rows go on; those of the others say the same again. */
const letters =
  "(SELECT * FROM dead_letters WHERE output IS NULL OR output = 'transaction_flattened')";

/** What became of every record of the input. */
export async function balanceFacts(engine: SqlEngine): Promise<Balance> {
  const one = async (statement: string): Promise<number> =>
    Number(Object.values(await engine.query(statement).row())[0]);
  const kinds = await engine
    .query(
      `SELECT kind, count(*) AS n, min(line) AS line, arg_min(reason, line) AS reason FROM (
        SELECT CASE code WHEN 'MISSING_VALUE' THEN 'missing ' || "column" WHEN 'INVALID_VALUE' THEN 'invalid ' || "column"
          WHEN 'ROW_INVALID' THEN 'invalid ' || "column" ELSE 'malformed' END AS kind,
          line, regexp_replace(reason, '^transform "[^"]*": ', '') AS reason FROM ${letters}
        UNION ALL SELECT _checks[1], line, _reasons[1] FROM quarantine)
      GROUP BY kind ORDER BY n DESC, kind`,
    )
    .rows();
  const rules = await engine
    .query("SELECT rule, count(*) AS n FROM dropped GROUP BY rule ORDER BY rule")
    .rows();
  const unread = await one("SELECT count(*) FROM dead_letters WHERE output IS NULL");
  return {
    read: (await one("SELECT count(*) FROM raw_records")) + unread,
    loaded: await one("SELECT count(*) FROM silver"),
    quarantined: await one(
      `SELECT (SELECT count(*) FROM ${letters}) + (SELECT count(*) FROM quarantine)`,
    ),
    dropped: await one("SELECT count(*) FROM dropped"),
    droppedBy: countsBy(rules, "rule"),
    quarantinedBy: Object.fromEntries(
      kinds.map((row) => [failureOf(row["kind"] as string), Number(row["n"])]),
    ),
    examples: kinds.map((row) => ({
      kind: failureOf(row["kind"] as string),
      line: Number(row["line"]),
      reason: readableReason(row["reason"] as string),
    })),
  };
}

export async function moneyFacts(
  engine: SqlEngine,
  rates: Readonly<Record<string, string>>,
): Promise<MoneyFacts> {
  const rows = await engine
    .query(
      "SELECT currency, count(*) AS n, sum(amount) AS total, average(sum(amount), count(*)) AS mean FROM silver GROUP BY currency ORDER BY n DESC, currency",
    )
    .rows();
  const totals = rows.map((row) => [row["currency"] as string, row["total"] as Decimal] as const);
  const rated = totals.length > 0 && totals.every(([currency]) => Object.hasOwn(rates, currency));
  return {
    currencies: rows.map((row): CurrencyFacts => ({
      currency: row["currency"] as string,
      count: Number(row["n"]),
      total: moneyText(row["total"] as Decimal),
      average: moneyText(row["mean"] as Decimal),
    })),
    eur: rated ? inEuro(totals, rates) : undefined,
    rates: Object.fromEntries(
      totals.flatMap(([currency]) =>
        rates[currency] === undefined ? [] : [[currency, rates[currency]]],
      ),
    ),
  };
}

/** Exact products, rounded once. */
function inEuro(
  totals: readonly (readonly [string, Decimal])[],
  rates: Readonly<Record<string, string>>,
): string {
  const sum = totals.reduce(
    (all, [currency, total]) => all.plus(total.times(rates[currency]!)),
    new Decimal(0n, 2),
  );
  return sum.rescale(2, "halfEven").toString();
}

export async function volumeFacts(engine: SqlEngine): Promise<VolumeFacts | undefined> {
  const span = await engine
    .query(
      `SELECT count(created_at) AS dated, count(*) AS all_rows, strftime(min(created_at), '%Y-%m-%d') AS first,
        strftime(max(created_at), '%Y-%m-%d') AS last, date_diff('day', min(created_at), max(created_at)) AS days,
        count(*) FILTER (created_at <> date_trunc('day', created_at)) AS timed FROM silver`,
    )
    .row();
  if (span["dated"] === 0n) return undefined;
  const days = Number(span["days"]);
  const unit = days <= 200 ? "day" : days <= 1400 ? "week" : "month";
  const bins = await engine
    .query(
      `SELECT strftime(date_trunc('${unit}', created_at), '%Y-%m-%d') AS start, count(*) AS n FROM silver WHERE created_at IS NOT NULL GROUP BY 1 ORDER BY 1`,
    )
    .rows();
  const hours = await engine
    .query(
      "SELECT hour(created_at) AS h, count(*) AS n FROM silver WHERE created_at IS NOT NULL GROUP BY 1",
    )
    .rows();
  const byHour = new Array<number>(24).fill(0);
  for (const row of hours) byHour[Number(row["h"])] = Number(row["n"]);
  return {
    unit,
    bins: bins.map((row) => ({ start: row["start"] as string, count: Number(row["n"]) })),
    byHour: span["timed"] === 0n ? undefined : byHour,
    first: span["first"] as string,
    last: span["last"] as string,
    undated: Number(span["all_rows"]) - Number(span["dated"]),
  };
}

export async function paymentFacts(engine: SqlEngine): Promise<PaymentFacts[]> {
  const rows = await engine
    .query(
      "SELECT payment_method, currency, transaction_count, total_amount FROM payment_method_totals ORDER BY payment_method, currency",
    )
    .rows();
  return [...Map.groupBy(rows, (row) => row["payment_method"] as string)]
    .map(([method, parts]) => ({
      method,
      count: parts.reduce((sum, row) => sum + Number(row["transaction_count"]), 0),
      totals: Object.fromEntries(
        parts.map((row) => [row["currency"] as string, moneyText(row["total_amount"] as Decimal)]),
      ),
    }))
    .sort((a, b) => b.count - a.count || (a.method < b.method ? -1 : 1));
}

const TOP_PRODUCTS = 10;

export async function productFacts(
  engine: SqlEngine,
  rates: Readonly<Record<string, string>>,
  hasUsers: boolean,
): Promise<ProductFacts[]> {
  const top = await engine
    .query(
      sql`SELECT product_id, any_value(product_name) AS product_name, any_value(product_category) AS product_category,
        CAST(sum(purchase_count) AS BIGINT) AS n, list(currency ORDER BY currency) AS currencies, list(CAST(total_revenue AS VARCHAR) ORDER BY currency) AS totals,
        (SELECT count(DISTINCT person_id) FROM silver JOIN people USING (user_id) WHERE silver.product_id = p.product_id
          AND is_purchase(transaction_type)) AS buyers
      FROM product_purchase_counts AS p GROUP BY product_id ORDER BY n DESC, product_id LIMIT ${TOP_PRODUCTS}`,
    )
    .rows();
  return top.map((row) => {
    const currencies = row["currencies"] as string[];
    const totals = (row["totals"] as string[]).map(
      (text, k) => [currencies[k]!, Decimal.from(text)] as const,
    );
    return {
      id: row["product_id"] as string,
      name: row["product_name"] as string | null,
      category: row["product_category"] as string | null,
      purchases: Number(row["n"]),
      buyers: hasUsers ? Number(row["buyers"]) : undefined,
      revenue: revenueOf(totals, rates),
    };
  });
}

function revenueOf(
  totals: readonly (readonly [string, Decimal])[],
  rates: Readonly<Record<string, string>>,
): ProductFacts["revenue"] {
  if (totals.length === 1) return { currency: totals[0]![0], total: moneyText(totals[0]![1]) };
  const rated = totals.every(([currency]) => Object.hasOwn(rates, currency));
  return rated ? { currency: "EUR", total: inEuro(totals, rates) } : undefined;
}

const EXAMPLES = 3;

export async function peopleFacts(
  engine: SqlEngine,
  linked: boolean,
): Promise<PeopleFacts | undefined> {
  const sizes = await engine
    .query(
      "SELECT accounts, count(*) AS n FROM (SELECT count(*) AS accounts FROM people GROUP BY person_id) GROUP BY accounts ORDER BY accounts",
    )
    .rows();
  if (sizes.length === 0) return undefined;
  const examples = await engine
    .query(
      `SELECT person_id, user_id, name, email FROM people JOIN accounts USING (user_id) WHERE person_id IN (
        SELECT person_id FROM people GROUP BY person_id HAVING count(*) > 1 ORDER BY count(*) DESC, person_id LIMIT ${EXAMPLES})
      ORDER BY person_id, user_id`,
    )
    .rows();
  const people = sizes.reduce((sum, row) => sum + Number(row["n"]), 0);
  return {
    users: sizes.reduce((sum, row) => sum + Number(row["n"]) * Number(row["accounts"]), 0),
    people,
    linked,
    sizes: sizes.map((row) => ({ accounts: Number(row["accounts"]), people: Number(row["n"]) })),
    examples: [...Map.groupBy(examples, (row) => row["person_id"] as string).values()].map(
      (accounts) =>
        accounts.map((row) => ({
          userId: withoutEmails(row["user_id"] as string),
          name: shortName(row["name"] as string | null),
          email: maskedEmail(row["email"] as string | null),
        })),
    ),
  };
}

function countsBy(rows: Rows, name: string): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [row[name] as string, Number(row["n"])]));
}
