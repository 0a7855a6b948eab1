/** A whole extract of a million members, of whom one in a hundred has changed, into a dimension with history. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTable, type SqlEngine, type SqlSession } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse, type Warehouse } from "@lakewright/warehouse";
import type { CaseResult, ResultRow } from "../measure.ts";
import { assertPeople, assertRows } from "../warehouse/outcome.ts";
import { dbtWay, dltWay, importsTold, PEER_LIMIT_MS } from "../warehouse/peers.ts";
import { history, makePeople, moved, people, type Person } from "../warehouse/people.ts";
import { afterLoads } from "../warehouse/watched.ts";
import { postgresServer } from "../warehouse/servers.ts";
import { takeTurns, type Turn, TURN_COLUMNS, turnRows, type Way } from "../warehouse/turns.ts";

const ROWS = 1_000_000;
/** Members who had moved before: their first versions are closed. */
const CLOSED = ROWS / 5;
const before = makePeople(ROWS);
const after = moved(before, 100);
const isMover = (k: number): boolean => k % 5 === 1;
const first = before.map((person, k) => (isMover(k) ? { ...person, city: "Old" } : person));
const movers = before.filter((_, k) => isMover(k));
const names = Object.keys(people.columns);
const folder = mkdtempSync(join(tmpdir(), "lakewright-scd2-"));

try {
  const rows = [...(await onPostgres()), ...(await onDuckdb())];
  const result: CaseResult = {
    title: "A dimension with history",
    work: `A whole extract of ${ROWS.toLocaleString("en")} members, one in a hundred changed, into a dimension that has ${CLOSED.toLocaleString("en")} closed versions, too. From JavaScript objects, against writing the table anew in SQL (SQLMesh's plan, from rows staged the same way; the new table gets its primary key and the index that keeps open versions unique, as ours has), and dlt, with the rows in memory; from a table of the same database, against dbt. dlt and dbt have no closed versions before. "The plan alone" starts when the rows are staged. The start of Python (${importsTold()}) is not counted, and a peer is stopped after ${PEER_LIMIT_MS / 1000} s. One round of each, for they take minutes.`,
    columns: TURN_COLUMNS,
    rows,
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

async function onPostgres(): Promise<ResultRow[]> {
  await using server = await postgresServer();
  const { engine, url } = server;
  const endWork = (): Promise<void> => server.endWork();
  const ways = [load(engine, "Postgres"), rewrite(engine, "Postgres")];
  const turns = await takeTurns(ways, server, 1, 0);
  const dlt = (["dicts", "arrow"] as const).map((form) =>
    dltWay(
      `dlt, scd2, from ${form === "dicts" ? "dicts" : "an Arrow table"}`,
      { job: "scd2", destination: "postgres", url, form, before, after, endWork },
      {
        check: () => checkPeer(engine, `dlt_scd2_${form}.people_${form}`, "_dlt_valid_to"),
        ...(form === "dicts" && { bar: { times: 2 } }),
      },
    ),
  );
  const slow = await takeTurns(dlt, server, 1, 0);
  const fromTable = [load(engine, "Postgres", "table"), dbtSnapshot(engine, url, endWork)];
  const inside = await takeTurns(fromTable, server, 1, 0);
  return [
    ...turnRows([...ways, ...dlt], [...turns, ...slow]),
    ...planRows(ways, turns),
    ...turnRows(fromTable, inside),
  ];
}

/** The bar is on the plans: both stage the rows in the same way. */
function planRows(ways: readonly Way[], turns: readonly Turn[]): ResultRow[] {
  return turnRows(
    ways.map((way, k) => ({ ...way, bar: k === 0 ? undefined : { times: 2 } })),
    turns.map(({ name, marked }) => ({ ...marked!, name: `${name}, the plan alone` })),
  );
}

async function onDuckdb(): Promise<ResultRow[]> {
  await using engine = duckdb(join(folder, "scd2.duckdb"));
  const ways = [load(engine, "DuckDB"), rewrite(engine, "DuckDB")];
  const turns = await takeTurns(ways, undefined, 1, 0);
  return [...turnRows(ways, turns), ...planRows(ways, turns)];
}

/** @param from - where the rows are: JavaScript objects, or a table of the same database */
function load(engine: SqlEngine, name: string, from: "objects" | "table" = "objects"): Way {
  let warehouse: Warehouse;
  let staged = (): void => {};
  return {
    name: `lakewright → ${name}${from === "table" ? ", from a table" : ""}`,
    prepare: async () => {
      for (const table of ["dim_history", "_wh_loads", "_wh_tables", "_wh_rejects"]) {
        await engine.execute(`DROP TABLE IF EXISTS ${table}`);
      }
      if (engine.dialect.name === "duckdb")
        await engine.execute("DROP SEQUENCE IF EXISTS dim_history_seq");
      const watched = from === "table" ? engine : afterLoads(engine, () => staged());
      warehouse = await openWarehouse(watched, { history });
      await warehouse.load(history, first, { at: "2025-01-01" });
      await warehouse.load(history, movers, { at: "2026-01-01" });
      await engine.execute("ANALYZE dim_history");
      if (from === "table") await fillPeople(engine, after);
    },
    run: async (mark) => {
      staged = mark;
      const rows = from === "table" ? engine.table(["public", "people"]) : after;
      await warehouse.load(history, rows, { at: "2026-02-01", deletes: "close" });
      staged = () => {};
    },
    check: () => check(engine, "dim_history WHERE history_key > 0"),
  };
}

/** The table written anew: what is closed, what stays, what is new. */
function rewrite(engine: SqlEngine, name: string): Way {
  const differ = names.slice(1).map((column) => `s.${column} IS DISTINCT FROM t.${column}`);
  const own = (alias: string): string => names.map((column) => `${alias}.${column}`).join(", ");
  const instant = (day: string): string => `TIMESTAMPTZ '${day} 00:00:00+00'`;
  const at = instant("2026-02-01");
  return {
    name: `the table written anew, ${name}`,
    prepare: async () => {
      await engine.execute("DROP TABLE IF EXISTS versions");
      await engine.execute("DROP TABLE IF EXISTS versions_new");
      for (const [table, rows] of Object.entries({ people_first: first, people_movers: movers })) {
        await engine.execute(createTable(engine.dialect, table, people));
        await engine.load(table, people, rows);
      }
      await engine.execute(`CREATE TABLE versions AS
SELECT row_number() OVER () AS history_key, v.* FROM (
SELECT ${own("f")}, ${instant("2025-01-01")} AS valid_from, CASE WHEN m.person IS NULL THEN NULL ELSE ${instant("2026-01-01")} END AS valid_to
FROM people_first f LEFT JOIN people_movers m ON m.person = f.person
UNION ALL SELECT ${own("m")}, ${instant("2026-01-01")}, NULL FROM people_movers m) v`);
      await addKeys(engine, "versions", "before");
      await engine.execute("DROP TABLE people_first");
      await engine.execute("DROP TABLE people_movers");
      await engine.execute("ANALYZE versions");
    },
    run: (mark) =>
      engine.transaction(async (session) => {
        await session.execute(createTable(engine.dialect, "stage", people, { temporary: true }));
        await session.load("stage", people, after);
        mark();
        await session.execute(`CREATE TABLE versions_new AS
SELECT t.history_key, ${own("t")}, t.valid_from, CASE WHEN t.valid_to IS NULL AND (s.person IS NULL OR ${differ.join(" OR ")}) THEN ${at} ELSE t.valid_to END AS valid_to
FROM versions t LEFT JOIN stage s ON s.person = t.person
UNION ALL
SELECT (SELECT max(history_key) FROM versions) + row_number() OVER (), ${own("s")}, ${at}, NULL
FROM stage s LEFT JOIN (SELECT * FROM versions WHERE valid_to IS NULL) t ON t.person = s.person
WHERE t.person IS NULL OR ${differ.join(" OR ")}`);
        await addKeys(session, "versions_new", "after");
        await session.execute("DROP TABLE versions");
        await session.execute("DROP TABLE stage");
      }),
    check: () => check(engine, "versions_new WHERE TRUE"),
  };
}

/** The primary key, and what keeps two versions of a member from being open. */
async function addKeys(session: SqlSession, table: string, index: string): Promise<void> {
  await session.execute(`CREATE UNIQUE INDEX versions_${index}_key ON ${table} (history_key)`);
  await session.execute(
    session.dialect.name === "duckdb"
      ? `CREATE UNIQUE INDEX versions_${index}_open ON ${table} ((CASE WHEN valid_to IS NULL THEN person END))`
      : `CREATE UNIQUE INDEX versions_${index}_open ON ${table} (person) WHERE valid_to IS NULL`,
  );
}

async function check(engine: SqlEngine, versions: string): Promise<void> {
  await assertRows(engine, versions, ROWS + CLOSED + ROWS / 100);
  await assertPeople(engine, `${versions} AND valid_to IS NULL`, after);
}

async function checkPeer(engine: SqlEngine, versions: string, until: string): Promise<void> {
  await assertRows(engine, versions, ROWS + ROWS / 100);
  await assertPeople(engine, `${versions} WHERE ${until} IS NULL`, after);
}

/** The extract as a table of the database. */
async function fillPeople(engine: SqlEngine, rows: readonly Person[]): Promise<void> {
  await engine.execute("DROP TABLE IF EXISTS people");
  await engine.execute(createTable(engine.dialect, "people", people, { primaryKey: ["person"] }));
  await engine.load("people", people, rows as Person[]);
  await engine.execute("ANALYZE people");
}

/** `dbt snapshot` with the check strategy, of a table of the same database. */
function dbtSnapshot(engine: SqlEngine, url: string, endWork: () => Promise<void>): Way {
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
  const args = ["--quiet", "snapshot", "--project-dir", project, "--profiles-dir", project];
  return dbtWay(
    "dbt snapshot, check",
    args,
    async (rows) => {
      if (rows === "before") {
        mkdirSync(join(project, "snapshots"), { recursive: true });
        for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
        await engine.execute("DROP SCHEMA IF EXISTS snapshots CASCADE");
      }
      await fillPeople(engine, rows === "before" ? before : after);
    },
    endWork,
    {
      check: () => checkPeer(engine, "snapshots.people_snapshot", "dbt_valid_to"),
      bar: { times: 2 },
    },
  );
}
