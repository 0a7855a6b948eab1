/** A million rows into a table of a million: nine of ten are there, one of ten has changed, one of ten is new. */
import { createTable, type SqlEngine } from "@lakewright/sql";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import type { CaseResult, ResultRow } from "../measure.ts";
import { assertPeople } from "../warehouse/outcome.ts";
import { dltWay, importsTold, PEER_LIMIT_MS } from "../warehouse/peers.ts";
import { current, makePeople, moved, people, type Person } from "../warehouse/people.ts";
import { type BenchServer, mysqlServer, postgresServer } from "../warehouse/servers.ts";
import { takeTurns, TURN_COLUMNS, turnRows, type Way } from "../warehouse/turns.ts";

const ROWS = 1_000_000;
const FRESH = ROWS / 10;
const before = makePeople(ROWS);
const after = [...moved(before.slice(FRESH), 9), ...makePeople(FRESH, ROWS)];
const outcome = [...before.slice(0, FRESH), ...after];
const names = Object.keys(people.columns);

const told = [
  ...(await compare(await postgresServer(), "postgres", 2.5, multiRowPostgres)),
  ...(await compare(await mysqlServer(), "mysql", 1.2, multiRowMysql)),
];
const result: CaseResult = {
  title: "Upsert",
  work: `${ROWS.toLocaleString("en")} rows of seven columns from JavaScript objects into a table of as many: 900,000 are there, 100,000 of them changed, 100,000 are new. Ours is a load of a dimension: staged, checked, numbered, recorded. dlt starts with the rows in memory, as a list of dicts or (Postgres) as an Arrow table; the start of Python (${importsTold()}) is not counted, and it is stopped after ${PEER_LIMIT_MS / 1000} s. The median of 3 rounds, of dlt of 1.`,
  columns: TURN_COLUMNS,
  rows: told,
};
console.log(JSON.stringify(result));

async function compare(
  server: BenchServer,
  destination: "postgres" | "mysql",
  times: number,
  multiRow: (url: string, rows: readonly Person[]) => Promise<void>,
): Promise<ResultRow[]> {
  await using held = server;
  const { engine, url, name } = held;
  let warehouse: Warehouse;
  const ours: Way = {
    name: `lakewright → ${name}`,
    prepare: async () => {
      await dropAll(engine);
      warehouse = await openWarehouse(engine, { current });
      await warehouse.load(current, before);
      await settle(engine, "dim_current");
    },
    run: () => warehouse.load(current, after),
    check: () => assertPeople(engine, "dim_current WHERE current_key > 0", outcome),
  };
  const rows: Way = {
    name: `INSERT of 1,000 rows, ${destination === "postgres" ? "pg" : "mysql2"}`,
    prepare: async () => {
      await engine.execute("DROP TABLE IF EXISTS people");
      await engine.execute(
        createTable(engine.dialect, "people", people, { primaryKey: ["person"] }),
      );
      await engine.load("people", people, before);
      await settle(engine, "people");
    },
    run: () => multiRow(url, after),
    check: () => assertPeople(engine, "people", outcome),
    bar: { times },
  };
  const ways = [ours, rows];
  const turns = await takeTurns(ways, held);
  // On MySQL it takes minutes, and inserts rows one way whatever it was given.
  const forms = destination === "postgres" ? (["dicts", "arrow"] as const) : (["dicts"] as const);
  const dlt = forms.map((form) =>
    dltWay(
      `dlt merge, ${destination === "postgres" ? "upsert" : "delete-insert"}, from ${form === "dicts" ? "dicts" : "an Arrow table"}`,
      { job: "upsert", destination, url, form, before, after, endWork: () => held.endWork() },
      {
        check: () => assertPeople(engine, dltTable(destination, form), outcome),
        ...(form === "dicts" && { bar: { times: 3 } }),
      },
    ),
  );
  const slow = await takeTurns(dlt, held, 1, 0);
  return turnRows([...ways, ...dlt], [...turns, ...slow]);
}

/** On MySQL a data set is a database, so that the tables of all of them are in one. */
function dltTable(destination: "postgres" | "mysql", form: string): string {
  return destination === "postgres" ? `dlt_upsert_${form}.people_${form}` : `people_${form}`;
}

async function dropAll(engine: SqlEngine): Promise<void> {
  for (const table of ["dim_current", "_wh_loads", "_wh_tables", "_wh_rejects"]) {
    await engine.execute(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** What a database does by itself some time after a load. */
async function settle(engine: SqlEngine, table: string): Promise<void> {
  await engine
    .execute(engine.dialect.name === "mysql" ? `ANALYZE TABLE ${table}` : `ANALYZE ${table}`)
    .catch(async () => {
      await engine.query(`ANALYZE TABLE ${table}`).rows();
    });
}

async function multiRowPostgres(url: string, rows: readonly Person[]): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  const client = await pool.connect();
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  await client.query("BEGIN");
  for (let at = 0; at < rows.length; at += 1000) {
    const part = rows.slice(at, at + 1000);
    const marks = part.map(
      (_, r) => `(${names.map((_, c) => `$${r * names.length + c + 1}`).join(",")})`,
    );
    await client.query(
      `INSERT INTO people (${names.join(",")}) VALUES ${marks.join(",")} ON CONFLICT (person) DO UPDATE SET ${updates.join(",")}`,
      part.flatMap((row) => names.map((name) => row[name as keyof Person])),
    );
  }
  await client.query("COMMIT");
  client.release();
  await pool.end();
}

async function multiRowMysql(url: string, rows: readonly Person[]): Promise<void> {
  const pool = createPool({ uri: url, connectionLimit: 1 });
  const client = await pool.getConnection();
  const updates = names.slice(1).map((name) => `${name} = new.${name}`);
  await client.beginTransaction();
  for (let at = 0; at < rows.length; at += 1000) {
    const values = rows
      .slice(at, at + 1000)
      .map((row) => names.map((name) => row[name as keyof Person]));
    await client.query(
      `INSERT INTO people (${names.join(",")}) VALUES ? AS new ON DUPLICATE KEY UPDATE ${updates.join(",")}`,
      [values],
    );
  }
  await client.commit();
  client.release();
  await pool.end();
}
