import type { Oracle } from "./oracle.ts";

/**
 * The raw input read and judged by DuckDB alone: `lines`, what each line says (`said`), what becomes of it (`fate`),
 * and the transactions that must be loaded (`good`).
 *
 * @param now - ISO text of the instant after which a transaction is in the future
 */
export async function readRawInput(db: Oracle, folder: string, now: string): Promise<void> {
  await db.run(`CREATE TABLE truth AS SELECT * FROM read_json('${folder}/input/truth.json', maximum_object_size = 100000000,
    columns = {fraudulent: 'VARCHAR[]', outages: 'STRUCT("from" VARCHAR, "to" VARCHAR)[]', persons: 'MAP(VARCHAR, INTEGER)', blacklist: 'VARCHAR[]'})`);
  await db.run(`CREATE TABLE lines AS SELECT row_number() OVER () AS n, line FROM read_csv('${folder}/input/transactions.ndjson',
    columns = {line: 'VARCHAR'}, header = false, delim = '\\x01', quote = '', escape = '', auto_detect = false, parallel = false)`);
  await db.run(`CREATE TABLE said AS SELECT n,
      json_valid(line) AS is_json,
      CASE WHEN json_valid(line) THEN json_type(line, '$.amount') END AS amount_type,
      CASE WHEN json_valid(line) AND json_type(line, '$.amount') IN ('DOUBLE', 'UBIGINT', 'BIGINT')
        THEN CAST(line ->> '$.amount' AS DECIMAL(18, 6)) END AS amount,
      CASE WHEN json_valid(line) THEN line ->> '$.transaction_id' END AS id,
      CASE WHEN json_valid(line) THEN line ->> '$.transaction_type' END AS type,
      CASE WHEN json_valid(line) THEN line ->> '$.currency' END AS currency,
      CASE WHEN json_valid(line) THEN line ->> '$.payment_method' END AS method,
      CASE WHEN json_valid(line) THEN CAST(line ->> '$.created_at' AS TIMESTAMPTZ) END AS moment,
      CASE WHEN json_valid(line) THEN line ->> '$.user.id' END AS account,
      CASE WHEN json_valid(line) THEN line ->> '$.product.id' END AS product
    FROM lines`);
  await db.run(`CREATE TABLE fate AS SELECT *, CASE
      WHEN NOT is_json THEN 'malformed'
      WHEN amount_type IS NULL THEN 'missing amount'
      WHEN amount IS NULL THEN 'invalid amount'
      WHEN id IN (SELECT id FROM said AS s2 WHERE s2.amount IS NOT NULL AND s2.id = said.id AND s2.n < said.n) THEN 'duplicate'
      WHEN account IN (SELECT unnest(blacklist) FROM truth) THEN 'blacklisted'
      WHEN currency NOT IN ('EUR', 'GBP', 'CHF', 'USD') THEN 'unknown currency'
      WHEN amount < 0.01 THEN 'amount out of bounds'
      WHEN moment > TIMESTAMPTZ '${now}' THEN 'date in the future'
      ELSE 'loaded' END AS fate FROM said`);
  await db.run(`CREATE TABLE good AS SELECT *, CAST(CASE currency WHEN 'EUR' THEN 1 WHEN 'GBP' THEN 1.17 WHEN 'USD' THEN 0.92 WHEN 'CHF' THEN 1.05 END AS DECIMAL(6, 2)) AS rate
    FROM fate WHERE fate = 'loaded'`);
}

/** What models and linkage found, as it lies in the lake: read from its Parquet files. */
export async function readLakeTables(
  db: Oracle,
  folder: string,
  tables: readonly string[] = ["people", "anomalies", "outages", "churn_scores"],
): Promise<void> {
  for (const table of tables) {
    await db.run(
      `CREATE TABLE ${table} AS SELECT * FROM read_parquet('${folder}/lake/tables/${table}/version=v1/*.parquet')`,
    );
  }
}
