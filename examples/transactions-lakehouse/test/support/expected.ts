/** How a number of the page is checked. */
export interface Expectation {
  /** A query with one value, written over the raw input (or, for what a model found, over the lake). */
  readonly sql: string;
  /** "same" text, "close" as doubles, or the query says true by itself. */
  readonly check: "same" | "close" | "holds";
}

type Rule = readonly [
  pattern: RegExp,
  expectation: (match: string[], value: string) => Expectation,
];

const same = (sql: string): Expectation => ({ sql, check: "same" });
const close = (sql: string): Expectation => ({ sql, check: "close" });
const holds = (sql: string): Expectation => ({ sql, check: "holds" });
const count = (where: string): Expectation => same(`SELECT count(*) FROM fate WHERE ${where}`);
const quoted = (text: string | undefined): string => `'${text!.replaceAll("'", "''")}'`;

const QUARANTINED =
  "fate IN ('malformed', 'missing amount', 'invalid amount', 'unknown currency', 'amount out of bounds', 'date in the future')";
const DROPPED = "fate IN ('duplicate', 'blacklisted')";
const JUDGED =
  "fate IN ('loaded', 'unknown currency', 'amount out of bounds', 'date in the future')";
const BOUGHT =
  "(SELECT good.*, person_id FROM good JOIN people ON people.user_id = good.account WHERE type <> 'refund')";
/** A total that was rounded once: within half a cent of the exact one. */
const rounded = (value: string, exact: string): Expectation =>
  holds(`SELECT abs(CAST('${value}' AS DECIMAL(24, 8)) - (${exact})) <= 0.005`);

const failing: Readonly<Record<string, string>> = {
  definition: "false",
  "known currency": "fate = 'unknown currency'",
  "amount within bounds":
    "fate = 'amount out of bounds' OR (fate IN ('unknown currency', 'date in the future') AND amount < 0.01)",
  "not in the future":
    "fate = 'date in the future' OR (fate IN ('unknown currency', 'amount out of bounds') AND year(moment) = 2099)",
};
const failures = (check: string | undefined): string =>
  `(SELECT count(*) FROM fate WHERE ${failing[check!]})`;
const judged = `(SELECT count(*) FROM fate WHERE ${JUDGED})`;
const score = `(SELECT (${Object.keys(failing)
  .map((check) => `(1 - ${failures(check)} / ${judged})`)
  .join(" + ")}) / ${Object.keys(failing).length})`;

const eurTotal = "(SELECT sum(amount * rate) FROM good)";
const pairsOf = (groups: string): string =>
  `(SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM (SELECT count(*) AS n FROM ${groups}))`;
const TRUE_PERSON =
  "(SELECT user_id, person_id, (SELECT persons FROM truth)[user_id] AS true_person FROM people)";
const plantedHours = `(SELECT unnest(generate_series(CAST(o."from" AS TIMESTAMPTZ), CAST(o."to" AS TIMESTAMPTZ) - INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS h FROM (SELECT unnest(outages) AS o FROM truth))`;
const foundHours = `(SELECT unnest(generate_series(from_time, to_time - INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS h FROM outages)`;
const plantedFraud = "(SELECT id FROM good WHERE id IN (SELECT unnest(fraudulent) FROM truth))";

/** Planted, found, and both, of each kind. */
const planted: Readonly<Record<string, readonly [planted: string, found: string, both: string]>> = {
  fraud: [
    `(SELECT count(*) FROM ${plantedFraud})`,
    "(SELECT count(*) FROM anomalies)",
    `(SELECT count(*) FROM anomalies WHERE transaction_id IN ${plantedFraud})`,
  ],
  outages: [
    `(SELECT count(*) FROM ${plantedHours})`,
    `(SELECT count(*) FROM ${foundHours})`,
    `(SELECT count(*) FROM ${foundHours} JOIN ${plantedHours} USING (h))`,
  ],
  pairs: [
    pairsOf(`${TRUE_PERSON} GROUP BY true_person`),
    pairsOf("people GROUP BY person_id"),
    pairsOf(`${TRUE_PERSON} GROUP BY true_person, person_id`),
  ],
};

/** Outages by number, in order; and hours with the median of the same hour of the week, four weeks before and after. */
const outage = (from: string | undefined): string =>
  `(SELECT * FROM outages WHERE epoch_us(from_time) = ${from})`;
const within = (from: string | undefined): string =>
  `moment >= (SELECT from_time FROM ${outage(from)}) AND moment < (SELECT to_time FROM ${outage(from)})`;
const usual = (from: string | undefined): string => `SELECT sum(m) FROM (
  SELECT h, median(n) AS m FROM (SELECT a.h, (SELECT count(*) FROM good WHERE moment >= a.h + w * INTERVAL 7 DAY AND moment < a.h + w * INTERVAL 7 DAY + INTERVAL 1 HOUR) AS n
    FROM (SELECT unnest(generate_series(from_time, to_time - INTERVAL 1 HOUR, INTERVAL 1 HOUR)) AS h FROM ${outage(from)}) AS a, generate_series(-4, 4) AS weeks(w)
    WHERE a.h + w * INTERVAL 7 DAY BETWEEN (SELECT date_trunc('hour', quantile_disc(moment, 0.001)) FROM good) AND (SELECT date_trunc('hour', quantile_disc(moment, 0.999)) FROM good))
  GROUP BY h)`;

const person = (k: string | undefined): string =>
  `(SELECT * FROM churn_scores ORDER BY probability DESC, user_id LIMIT 1 OFFSET ${k})`;
const strange = (k: string | undefined): string =>
  `(SELECT * FROM anomalies ORDER BY score DESC, position LIMIT 1 OFFSET ${k})`;

const rules: readonly Rule[] = [
  [/^read$/, () => same("SELECT count(*) FROM lines")],
  [/^loaded$/, () => count("fate = 'loaded'")],
  [/^quarantined$/, () => count(QUARANTINED)],
  [/^dropped$/, () => count(DROPPED)],
  [/^(?:quarantinedBy|droppedBy)\.(.+)$/, ([, kind]) => count(`fate = ${quoted(kind)}`)],
  [
    /^quarantine\.line\.(.+)$/,
    ([, kind]) => same(`SELECT min(n) FROM fate WHERE fate = ${quoted(kind)}`),
  ],

  [
    /^currency\.(\w+)\.count$/,
    ([, currency]) => same(`SELECT count(*) FROM good WHERE currency = ${quoted(currency)}`),
  ],
  [
    /^currency\.(\w+)\.total$/,
    ([, currency]) =>
      same(`SELECT sum(amount)::DECIMAL(30, 2) FROM good WHERE currency = ${quoted(currency)}`),
  ],
  [
    /^currency\.(\w+)\.average$/,
    ([, currency], value) =>
      holds(
        `SELECT abs(CAST('${value}' AS DECIMAL(24, 4)) * count(*) - sum(amount)) <= 0.00005 * count(*) FROM good WHERE currency = ${quoted(currency)}`,
      ),
  ],
  [/^(?:eur|glance\.total)$/, (_, value) => rounded(value, eurTotal)],
  [
    /^rate\.(\w+)$/,
    ([, currency]) => same(`SELECT any_value(rate) FROM good WHERE currency = ${quoted(currency)}`),
  ],
  [
    /^payment\.(\w+)\.count$/,
    ([, method]) => same(`SELECT count(*) FROM good WHERE method = ${quoted(method)}`),
  ],
  [
    /^payment\.(\w+)\.([A-Z]{3})$/,
    ([, method, currency]) =>
      same(
        `SELECT sum(amount)::DECIMAL(30, 2) FROM good WHERE method = ${quoted(method)} AND currency = ${quoted(currency)}`,
      ),
  ],
  [
    /^product\.(\w+)\.purchases$/,
    ([, product]) => same(`SELECT count(*) FROM ${BOUGHT} WHERE product = ${quoted(product)}`),
  ],
  [
    /^product\.(\w+)\.buyers$/,
    ([, product]) =>
      same(`SELECT count(DISTINCT person_id) FROM ${BOUGHT} WHERE product = ${quoted(product)}`),
  ],
  [
    /^product\.(\w+)\.revenue$/,
    ([, product], value) =>
      rounded(value, `SELECT sum(amount * rate) FROM ${BOUGHT} WHERE product = ${quoted(product)}`),
  ],

  [
    /^volume\.(first|last)$/,
    ([, end]) =>
      same(`SELECT strftime(${end === "first" ? "min" : "max"}(moment), '%Y-%m-%d') FROM good`),
  ],
  [
    /^volume\.(\d{4}-\d\d-\d\d)$/,
    ([, day]) => same(`SELECT count(*) FROM good WHERE CAST(moment AS DATE) = '${day}'`),
  ],
  [
    /^hour\.(\d+)$/,
    ([, hour]) => same(`SELECT count(*) FROM good WHERE extract(hour FROM moment) = ${hour}`),
  ],
  [
    /^near\.(\d+)$/,
    ([, micros]) =>
      same(
        `SELECT count(*) FROM good WHERE epoch_us(moment) >= ${micros} AND epoch_us(moment) < ${micros} + 3600000000`,
      ),
  ],
  [
    /^outage\.(\d+)\.from$/,
    ([, from]) => same(`SELECT strftime(make_timestamp(${from}), '%Y-%m-%dT%H:%M:%SZ')`),
  ],
  [
    /^outage\.(\d+)\.hours$/,
    ([, from]) => same(`SELECT date_diff('hour', from_time, to_time) FROM ${outage(from)}`),
  ],
  [/^outage\.(\d+)\.seen$/, ([, from]) => same(`SELECT count(*) FROM good WHERE ${within(from)}`)],
  [/^outage\.(\d+)\.expected$/, ([, from]) => close(usual(from))],

  [/^check\.(.+)\.evaluated$/, () => same(`SELECT ${judged}`)],
  [/^check\.(.+)\.failed$/, ([, check]) => same(`SELECT ${failures(check)}`)],
  [/^check\.(.+)\.share$/, ([, check]) => close(`SELECT 1 - ${failures(check)} / ${judged}`)],
  [/^(?:quality\.score|glance\.quality)$/, () => close(`SELECT ${score}`)],

  [/^(?:users|glance\.users)$/, () => same("SELECT count(DISTINCT account) FROM good")],
  [/^(?:people|glance\.people)$/, () => same("SELECT count(DISTINCT person_id) FROM people")],
  [
    /^people\.extra$/,
    () =>
      same(
        "SELECT count(DISTINCT account) - (SELECT count(DISTINCT person_id) FROM people) FROM good",
      ),
  ],
  [/^people\.size\.(\d+)$/, ([, size]) => same(`SELECT ${size}`)],
  [
    /^people\.with\.(\d+)$/,
    ([, size]) =>
      same(
        `SELECT count(*) FROM (SELECT person_id FROM people GROUP BY ALL HAVING count(*) = ${size})`,
      ),
  ],
  [/^planted\.(\w+)\.planted$/, ([, kind]) => same(`SELECT ${planted[kind!]![0]}`)],
  [/^planted\.(\w+)\.found$/, ([, kind]) => same(`SELECT ${planted[kind!]![1]}`)],
  [/^planted\.(\w+)\.both$/, ([, kind]) => same(`SELECT ${planted[kind!]![2]}`)],
  [
    /^planted\.(\w+)\.precision$/,
    ([, kind]) => close(`SELECT ${planted[kind!]![2]} / ${planted[kind!]![1]}`),
  ],
  [
    /^planted\.(\w+)\.recall$/,
    ([, kind]) => close(`SELECT ${planted[kind!]![2]} / ${planted[kind!]![0]}`),
  ],

  [/^fraud\.scored$/, () => count("fate = 'loaded'")],
  [/^(?:fraud\.count|glance\.anomalies)$/, () => same("SELECT count(*) FROM anomalies")],
  [
    /^fraud\.reason\.(.+)$/,
    ([, reason]) =>
      same(
        `SELECT count(*) FROM anomalies WHERE list_contains(string_split(reasons, '; '), ${quoted(reason)})`,
      ),
  ],
  [
    /^fraud\.threshold$/,
    (_, value) =>
      holds(`SELECT min(score) > ${value} AND min(score) - ${value} < 0.01 FROM anomalies`),
  ],
  [/^fraud\.top\.(\d+)\.score$/, ([, k]) => close(`SELECT score FROM ${strange(k)}`)],
  [
    /^fraud\.top\.(\d+)\.amount$/,
    ([, k]) =>
      same(
        `SELECT amount::DECIMAL(18, 2) FROM good WHERE id = (SELECT transaction_id FROM ${strange(k)})`,
      ),
  ],
  [
    /^score\.([\d.]+)$/,
    ([, from], value) =>
      holds(
        `SELECT ${value} >= count(*) FROM anomalies WHERE score >= ${from} AND score < ${from} + 0.02`,
      ),
  ],

  [
    /^churn\.horizon$/,
    () =>
      same(
        "SELECT least(90, (epoch_us(max(moment)) - epoch_us(min(moment))) // 86400000000 // 4) FROM good",
      ),
  ],
  [/^churn\.auc$/, (_, value) => holds(`SELECT ${value} > 0.5 AND ${value} <= 1`)],
  [
    /^churn\.bin\.(\d+)$/,
    ([, bin]) =>
      same(`SELECT count(*) FROM churn_scores WHERE least(19, floor(probability * 20)) = ${bin}`),
  ],
  [
    /^churn\.risk\.(\w+)$/,
    ([, risk]) => same(`SELECT count(*) FROM churn_scores WHERE risk = ${quoted(risk)}`),
  ],
  [/^churn\.top\.(\d+)$/, ([, k]) => close(`SELECT probability FROM ${person(k)}`)],
  [/^glance\.risk$/, () => same("SELECT count(*) FROM churn_scores WHERE probability >= 0.7")],
  [/^glance\.outages$/, () => same("SELECT count(*) FROM outages")],
  [/^glance\.currencies$/, () => same("SELECT count(DISTINCT currency) FROM good")],
  [/^snapshot$/, () => same("SELECT 1")],
];

const streamRows: Readonly<Record<string, string>> = {
  "streams/transaction_stream": "true",
  "streams/transaction_flattened": "amount IS NOT NULL",
  "streams/transaction_stream_anonymized": "amount IS NOT NULL",
  "streams/transaction_stream_blacklisted":
    "amount IS NOT NULL AND account IN (SELECT unnest(blacklist) FROM truth)",
  dead_letters: "amount IS NULL",
  "silver/transactions": "fate = 'loaded'",
  "quarantine/transactions":
    "fate IN ('unknown currency', 'amount out of bounds', 'date in the future')",
  "dropped/transactions": DROPPED,
};
const BY_PERSON =
  "(SELECT DISTINCT person_id, type, currency FROM good JOIN people ON people.user_id = good.account)";
const tableRows: Readonly<Record<string, string>> = {
  user_transaction_summary: `SELECT count(*) FROM ${BY_PERSON}`,
  user_transaction_summary_eur: `SELECT count(*) FROM (SELECT DISTINCT person_id, type FROM ${BY_PERSON})`,
  payment_method_totals: "SELECT count(*) FROM (SELECT DISTINCT method, currency FROM good)",
  product_purchase_counts:
    "SELECT count(*) FROM (SELECT DISTINCT product, currency FROM good WHERE type <> 'refund')",
  people: "SELECT count(DISTINCT account) FROM good",
  anomalies: "SELECT count(*) FROM anomalies",
  outages: "SELECT count(*) FROM outages",
  churn_scores: "SELECT count(DISTINCT person_id) FROM people",
  // Both dimensions have members for "unknown" and "not applicable" besides.
  dim_users: "SELECT count(DISTINCT person_id) + 2 FROM people",
  dim_payment_methods: "SELECT count(DISTINCT method) + 2 FROM good",
};

/** How a number is checked; undefined where nobody has said. */
export function expectationOf(key: string, value: string): Expectation | undefined {
  const stream = /^table\.lake\.(.+)$/.exec(key)?.[1];
  if (stream !== undefined && Object.hasOwn(streamRows, stream)) return count(streamRows[stream]!);
  const table = /^table\.(?:lake\.tables\/|warehouse\.(?:fact_)?)(.+)$/.exec(key)?.[1];
  if (table !== undefined && Object.hasOwn(tableRows, table)) return same(tableRows[table]!);
  for (const [pattern, expectation] of rules) {
    const match = pattern.exec(key);
    if (match) return expectation([...match], value);
  }
  return undefined;
}
