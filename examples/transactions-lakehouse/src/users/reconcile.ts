import { conformBatch, type JobOptions, readColumn, type Table } from "@lakewright/core";
import { defineLinker, person } from "@lakewright/reconcile";
import { createTable, id, type SqlEngine, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { OurName } from "../mapping/columns.ts";
import { accountsQuery, accountsTable, canLink } from "./accounts.ts";

/** A pair of accounts that are taken for one person, and how sure that is. */
export interface LinkedPair {
  readonly left: string;
  readonly right: string;
  readonly probability: number;
}

/** Who is who among the accounts. */
export interface People {
  readonly accounts: number;
  readonly people: number;
  /** Whether accounts were compared at all. */
  readonly linked: boolean;
  /** The pairs that were linked, the surest first. */
  readonly pairs: readonly LinkedPair[];
}

export interface ReconcileSettings extends Pick<JobOptions, "onProgress"> {
  readonly columns: ReadonlySet<OurName>;
  readonly seed: number;
}

const THRESHOLD = 0.9;

/**
 * Finds the accounts that belong to one person, and leaves the tables `accounts`, `people` (user_id → person_id) and
 * `golden` (one record a person) in the database. Without names, mail addresses or phones everyone has one account.
 */
export async function reconcile(engine: SqlEngine, settings: ReconcileSettings): Promise<People> {
  await engine.execute(sql`CREATE OR REPLACE TABLE accounts AS ${accountsQuery()}`);
  const [count] = await engine.query("SELECT count(*) AS n FROM accounts").rows();
  const accounts = Number(count!["n"]);
  const linked = canLink(settings.columns) && accounts > 1;
  const pairs = linked ? await link(engine, settings) : await keepApart(engine);
  // The account a person uses most stands for the person: no id is made up.
  await engine.execute(`CREATE OR REPLACE TABLE people AS
    SELECT user_id, first_value(user_id) OVER (PARTITION BY cluster_id ORDER BY transactions DESC, user_id) AS person_id
    FROM clusters JOIN accounts ON accounts.user_id = clusters.id ORDER BY user_id`);
  await engine.execute(`CREATE OR REPLACE TABLE golden AS
    SELECT person_id AS user_id, known.* EXCLUDE (user_id)
    FROM (SELECT * FROM golden_records UNION ALL BY NAME SELECT * EXCLUDE (transactions) FROM accounts WHERE false) AS known
    JOIN people ON people.user_id = known.user_id ORDER BY 1`);
  const [persons] = await engine.query("SELECT count(DISTINCT person_id) AS n FROM people").rows();
  return { accounts, people: Number(persons!["n"]), linked, pairs };
}

async function link(
  engine: SqlEngine,
  { columns, seed, onProgress }: ReconcileSettings,
): Promise<LinkedPair[]> {
  const table = accountsTable(columns);
  const linker = defineLinker(table, person());
  const names = table.fields.map(({ name }) => name).join(", ");
  const records = await linker.read(
    conformed(table, engine.query(`SELECT ${names} FROM accounts ORDER BY user_id`)),
  );
  const model = await linker.train(records, { seed, onProgress });
  const clusters = await model.cluster(records, { threshold: THRESHOLD, onProgress });
  await fill(engine, "clusters", clusters.assignmentsTable, [clusters.assignments]);
  await fill(engine, "golden_records", table, clusters.merge({ strategy: "mostFrequent" }));
  return pairsOf(clusters.pairs);
}

/** Every account is a person of its own. */
async function keepApart(engine: SqlEngine): Promise<LinkedPair[]> {
  await engine.execute(`CREATE OR REPLACE TABLE clusters AS SELECT user_id AS id, user_id AS cluster_id FROM accounts;
    CREATE OR REPLACE TABLE golden_records AS SELECT * EXCLUDE (transactions) FROM accounts`);
  return [];
}

async function* conformed(
  table: Table,
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) yield conformBatch(table, batch);
}

async function fill(
  engine: SqlEngine,
  name: string,
  table: Table,
  data: Iterable<RecordBatch>,
): Promise<void> {
  await engine.execute(sql`DROP TABLE IF EXISTS ${id(name)}`);
  await engine.execute(createTable(engine.dialect, name, table));
  await engine.load(name, table, data);
}

function pairsOf(batch: RecordBatch): LinkedPair[] {
  const [left, right, probability] = ["left_id", "right_id", "probability"].map((name) =>
    readColumn(batch, name),
  );
  return Array.from({ length: batch.numRows }, (_, i) => ({
    left: left!(i) as string,
    right: right!(i) as string,
    probability: probability!(i) as number,
  }));
}
