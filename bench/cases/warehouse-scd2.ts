/** A whole extract of a million members, of whom one in a hundred has changed, into a dimension with history. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTable, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { pythonWithWarehousePeers } from "../../tools/services/python.ts";
import type { CaseResult, ResultRow } from "../measure.ts";
import { history, makePeople, moved, people, type Person } from "../warehouse/people.ts";
import { prepareDlt, runDlt } from "../warehouse/peers.ts";
import { runProgram } from "../warehouse/program.ts";
import { postgresServer } from "../warehouse/servers.ts";
import { takeTurns, TURN_COLUMNS, turnRows, type Way } from "../warehouse/turns.ts";

const ROWS = 1_000_000;
const before = makePeople(ROWS);
const after = moved(before, 100);
const names = Object.keys(people.columns);
const folder = mkdtempSync(join(tmpdir(), "lakewright-scd2-"));

try {
  const result: CaseResult = {
    title: "A dimension with history",
    work: `A whole extract of ${ROWS.toLocaleString("en")} members, one in a hundred changed, from JavaScript objects. Against writing the table anew in SQL (SQLMesh's plan, from the same staged rows), dlt (from an Arrow table) and dbt (from a table in the database already). dlt and dbt include the start of Python. The median of 3 rounds, of dlt and dbt of 1.`,
    columns: TURN_COLUMNS,
    rows: [...(await onPostgres()), ...(await onDuckdb())],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

async function onPostgres(): Promise<ResultRow[]> {
  await using server = await postgresServer();
  const { engine, url } = server;
  const ways = [load(engine, "Postgres"), rewrite(engine, "Postgres")];
  const turns = await takeTurns(ways, server);
  const python = pythonWithWarehousePeers();
  const dlt: Way = {
    name: "dlt, scd2",
    prepare: () => prepareDlt(python, "postgres", url, "scd2", before),
    run: () => runDlt(python, "postgres", url, "scd2", after),
    check: () => Promise.resolve(),
    bar: { times: 2 },
  };
  const dbt = dbtSnapshot(engine, python, url);
  const slow = await takeTurns([dlt, dbt], server, 1, 0);
  return turnRows([...ways, dlt, dbt], [...turns, ...slow]);
}

async function onDuckdb(): Promise<ResultRow[]> {
  await using engine = duckdb(join(folder, "scd2.duckdb"));
  const ways = [load(engine, "DuckDB"), rewrite(engine, "DuckDB")];
  return turnRows(ways, await takeTurns(ways, undefined));
}

function load(engine: SqlEngine, name: string): Way {
  let warehouse: Warehouse;
  return {
    name: `lakewright → ${name}`,
    prepare: async () => {
      for (const table of ["dim_history", "_wh_loads", "_wh_tables", "_wh_rejects"]) {
        await engine.execute(`DROP TABLE IF EXISTS ${table}`);
      }
      if (engine.dialect.name === "duckdb")
        await engine.execute("DROP SEQUENCE IF EXISTS dim_history_seq");
      warehouse = await openWarehouse(engine, { history });
      await warehouse.load(history, before, { at: "2026-01-01" });
      await engine.execute("ANALYZE dim_history");
    },
    run: () => warehouse.load(history, after, { at: "2026-02-01", deletes: "close" }),
    check: () => check(engine, "dim_history", "history_key > 0"),
  };
}

/** The table written anew: what is closed, what stays, what is new, then put in the place of the old one. */
function rewrite(engine: SqlEngine, name: string): Way {
  const differ = names.slice(1).map((column) => `s.${column} IS DISTINCT FROM t.${column}`);
  const own = (alias: string): string => names.map((column) => `${alias}.${column}`).join(", ");
  const at = "TIMESTAMPTZ '2026-02-01 00:00:00+00'";
  return {
    name: `the table written anew, ${name}`,
    prepare: async () => {
      await engine.execute("DROP TABLE IF EXISTS versions");
      await engine.execute(
        createTable(engine.dialect, "people_before", people, { temporary: false }),
      );
      await engine.load("people_before", people, before);
      await engine.execute(
        `CREATE TABLE versions AS SELECT p.*, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS valid_from, CAST(NULL AS TIMESTAMPTZ) AS valid_to FROM people_before p`,
      );
      await engine.execute("DROP TABLE people_before");
      await engine.execute("ANALYZE versions");
    },
    run: () =>
      engine.transaction(async (session) => {
        await session.execute(createTable(engine.dialect, "stage", people, { temporary: true }));
        await session.load("stage", people, after);
        await session.execute(`CREATE TABLE versions_new AS
SELECT ${own("t")}, t.valid_from, CASE WHEN t.valid_to IS NULL AND (s.person IS NULL OR ${differ.join(" OR ")}) THEN ${at} ELSE t.valid_to END AS valid_to
FROM versions t LEFT JOIN stage s ON s.person = t.person
UNION ALL
SELECT ${own("s")}, ${at}, NULL FROM stage s LEFT JOIN (SELECT * FROM versions WHERE valid_to IS NULL) t ON t.person = s.person
WHERE t.person IS NULL OR ${differ.join(" OR ")}`);
        await session.execute("DROP TABLE versions");
        await session.execute("ALTER TABLE versions_new RENAME TO versions");
        await session.execute("DROP TABLE stage");
      }),
    check: () => check(engine, "versions", "TRUE"),
    bar: { times: 2 },
  };
}

async function check(engine: SqlEngine, table: string, where: string): Promise<void> {
  const { n, open } = await engine
    .query(
      `SELECT count(*) AS n, sum(CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END) AS open FROM ${table} WHERE ${where}`,
    )
    .row();
  if (Number(n) === ROWS + ROWS / 100 && Number(open) === ROWS) return;
  throw new Error(`${table} has ${String(n)} versions, ${String(open)} open`);
}

/** `dbt snapshot` with the check strategy, of a table of the same database. */
function dbtSnapshot(engine: SqlEngine, python: string, url: string): Way {
  const project = join(folder, "dbt");
  const { hostname, port, username, password, pathname } = new URL(url);
  const files = {
    "dbt_project.yml": `name: bench\nversion: "1.0"\nprofile: bench\nsnapshot-paths: ["snapshots"]\nflags:\n  send_anonymous_usage_stats: false\n`,
    "profiles.yml": `bench:\n  target: dev\n  outputs:\n    dev: {type: postgres, host: "${hostname}", port: ${port}, user: "${username}", password: "${decodeURIComponent(password)}", dbname: "${pathname.slice(1)}", schema: public, threads: 1}\n`,
    "snapshots/people.sql": `{% snapshot people_snapshot %}{{ config(target_schema='snapshots', unique_key='person', strategy='check', check_cols=[${names
      .slice(1)
      .map((name) => `'${name}'`)
      .join(
        ", ",
      )}], hard_deletes='invalidate') }}\nSELECT * FROM public.people\n{% endsnapshot %}\n`,
  };
  const fill = async (rows: readonly Person[]): Promise<void> => {
    await engine.execute("DROP TABLE IF EXISTS people CASCADE");
    await engine.execute(createTable(engine.dialect, "people", people, { primaryKey: ["person"] }));
    await engine.load("people", people, rows as Person[]);
    await engine.execute("ANALYZE people");
  };
  const dbt = (): Promise<string> =>
    runProgram(
      { command: python, args: ["-m", "dbt.cli.main"] },
      ["snapshot", "--project-dir", project, "--profiles-dir", project],
      {
        DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
      },
    );
  return {
    name: "dbt snapshot, check",
    prepare: async () => {
      mkdirSync(join(project, "snapshots"), { recursive: true });
      for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
      await engine.execute("DROP SCHEMA IF EXISTS snapshots CASCADE");
      await fill(before);
      await dbt();
      await fill(after);
    },
    run: dbt,
    check: async () => {
      const { n } = await engine.query("SELECT count(*) AS n FROM snapshots.people_snapshot").row();
      if (Number(n) !== ROWS + ROWS / 100) throw new Error(`dbt has ${String(n)} versions`);
    },
    bar: { times: 2 },
  };
}
