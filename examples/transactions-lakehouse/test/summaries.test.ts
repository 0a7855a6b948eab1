import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { duckdb } from "@lakewright/sql/duckdb";
import { macros } from "../src/warehouse/summaries.ts";
import { run, temporaryFolder } from "./support/job.ts";
import { type Oracle, oracle } from "./support/oracle.ts";
import { readLakeTables, readRawInput } from "./support/raw-input.ts";

/** What an exact value may be rounded to: at most half a unit of the last digit away. */
const near = (rounded: string, exact: string, half: string): string =>
  `abs(${rounded} - ${exact}) <= ${half}`;

describe("the summary tables", () => {
  const out = temporaryFolder();
  const now = Date.UTC(2026, 10, 21, 12);
  let db: Oracle;

  beforeAll(async () => {
    await run({ out, records: 5000 }, now);
    db = await oracle();
    await readRawInput(db, out, new Date(now).toISOString());
    await readLakeTables(db, out, ["people"]);
    await db.run(`ATTACH '${join(out, "warehouse.duckdb")}' AS star (READ_ONLY)`);
    await db.run(`CREATE TABLE by_person AS SELECT person_id, type, currency, sum(amount) AS total, count(*) AS n, any_value(rate) AS rate
      FROM good JOIN people ON people.user_id = good.account GROUP BY ALL`);
  }, 60_000);

  /** Rows of a fact that have no match among the expected, and the other way round. */
  const differences = (actual: string, expected: string, on: string): Promise<string> =>
    db.value(
      `SELECT count(*) FROM (${actual}) AS a FULL JOIN (${expected}) AS e ON ${on} WHERE a.n IS NULL OR e.n IS NULL`,
    );
  const rowsOf = (table: string): Promise<string> => db.value(`SELECT count(*) FROM (${table})`);

  const facts = {
    summary: `SELECT user_id, transaction_type, currency, total_amount, transaction_count AS n, avg_amount, snapshot_version FROM star.fact_user_transaction_summary JOIN star.dim_users USING (user_key, user_id)`,
    eur: `SELECT user_id, transaction_type, total_amount_eur, transaction_count AS n, avg_amount_eur, exchange_rate FROM star.fact_user_transaction_summary_eur`,
    payments: `SELECT payment_method_id, currency, total_amount, transaction_count AS n, avg_amount FROM star.fact_payment_method_totals`,
    products: `SELECT product_id, currency, purchase_count AS n, total_revenue, avg_price, unique_buyers FROM star.fact_product_purchase_counts`,
  };

  it("give each person's amounts by type and currency, row by row", async () => {
    expect(await rowsOf(facts.summary)).toBe(await rowsOf("SELECT * FROM by_person"));
    const on = `a.user_id = e.person_id AND a.transaction_type = e.type AND a.currency = e.currency AND a.n = e.n AND a.total_amount = e.total
      AND ${near("a.avg_amount * e.n", "e.total", "0.00005 * e.n")}`;
    expect(await differences(facts.summary, "SELECT * FROM by_person", on)).toBe("0");
  });

  it("give them in euro, rounded once, and the rate where it was one", async () => {
    const expected = `SELECT person_id, type, sum(total * rate) AS total, sum(n) AS n, count(DISTINCT rate) AS rates, any_value(rate) AS rate FROM by_person GROUP BY ALL`;
    const on = `a.user_id = e.person_id AND a.transaction_type = e.type AND a.n = e.n AND ${near("a.total_amount_eur", "e.total", "0.005")}
      AND a.exchange_rate IS NOT DISTINCT FROM CASE WHEN e.rates = 1 THEN e.rate END AND ${near("a.avg_amount_eur * e.n", "a.total_amount_eur", "0.00005 * e.n")}`;
    expect(await rowsOf(facts.eur)).toBe(await rowsOf(expected));
    expect(await differences(facts.eur, expected, on)).toBe("0");
  });

  it("give totals by payment method and currency", async () => {
    const expected =
      "SELECT method, currency, sum(amount) AS total, count(*) AS n FROM good GROUP BY ALL";
    const on = `a.payment_method_id = e.method AND a.currency = e.currency AND a.n = e.n AND a.total_amount = e.total AND ${near("a.avg_amount * e.n", "e.total", "0.00005 * e.n")}`;
    expect(await rowsOf(facts.payments)).toBe(await rowsOf(expected));
    expect(await differences(facts.payments, expected, on)).toBe("0");
  });

  it("give purchases, revenue and buyers of each product; a refund is no purchase", async () => {
    const expected = `SELECT product, currency, sum(amount) AS total, count(*) AS n, count(DISTINCT person_id) AS buyers
      FROM good JOIN people ON people.user_id = good.account WHERE type <> 'refund' GROUP BY ALL`;
    const on = `a.product_id = e.product AND a.currency = e.currency AND a.n = e.n AND a.total_revenue = e.total AND a.unique_buyers = e.buyers
      AND ${near("a.avg_price * e.n", "e.total", "0.00005 * e.n")}`;
    expect(await rowsOf(facts.products)).toBe(await rowsOf(expected));
    expect(await differences(facts.products, expected, on)).toBe("0");
  });

  it("are the same in the lake, with every digit", async () => {
    const lake = `SELECT user_id, transaction_type, currency, total_amount, transaction_count AS n, avg_amount FROM read_parquet('${out}/lake/tables/user_transaction_summary/version=v1/*.parquet')`;
    const on =
      "a.user_id = e.user_id AND a.transaction_type = e.transaction_type AND a.currency = e.currency AND a.n = e.n AND a.total_amount = e.total_amount AND a.avg_amount = e.avg_amount";
    expect(await rowsOf(lake)).toBe(await rowsOf(facts.summary));
    expect(await differences(facts.summary, lake, on)).toBe("0");
  });
});

describe("rounding", () => {
  it("takes a half to the even digit, below zero as well", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute(macros);
    const cases = {
      "0.005": "0.00",
      "0.015": "0.02",
      "-0.005": "0.00",
      "-0.015": "-0.02",
      "-0.025": "-0.02",
      "0.025001": "0.03",
      "1": "1.00",
    };
    for (const [amount, rounded] of Object.entries(cases)) {
      const row = await engine
        .query(
          `SELECT in_cents(converted(CAST('${amount}' AS DECIMAL(38, 6)), CAST(1 AS DECIMAL(18, 6)))) AS c`,
        )
        .row();
      expect(String(row["c"]), amount).toBe(rounded);
    }
    const row = await engine
      .query(
        "SELECT average(CAST(2 AS DECIMAL(38, 6)), 3) AS a, average(CAST('0.0001' AS DECIMAL(38, 6)), 2) AS b",
      )
      .row();
    expect([String(row["a"]), String(row["b"])]).toEqual(["0.6667", "0.0000"]);
  });
});
