/**
 * A million rows of ten columns from JavaScript objects into a table, against the fastest client of each engine with a
 * ready file of the same rows.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTable, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import type { CaseResult, ResultRow } from "../measure.ts";
import { runProgram } from "../warehouse/program.ts";
import { makeOrders, type Order, orders } from "../warehouse/rows.ts";
import { mysqlClient, mysqlServer, postgresServer, psql } from "../warehouse/servers.ts";
import { takeTurns, TURN_COLUMNS, turnRows, type Way } from "../warehouse/turns.ts";

const ROWS = 1_000_000;

/** What all tables must have, as the first one told it. */
let expected: string | undefined;

const folder = mkdtempSync(join(tmpdir(), "lakewright-load-"));
chmodSync(folder, 0o777);
try {
  const rows = makeOrders(ROWS);
  const told = [...(await onPostgres(rows)), ...(await onMysql(rows)), ...(await onDuckdb(rows))];
  const result: CaseResult = {
    title: "Bulk load",
    work: `${ROWS.toLocaleString("en")} rows of ten columns (bigint key, texts, decimal, int, double, bool, date, timestamp) into an empty table with a primary key, in one transaction. Ours starts from JavaScript objects, the clients from a ready file. The median of 3 rounds.`,
    columns: TURN_COLUMNS,
    rows: told,
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

/** Our load into a fresh table, and another way of filling it. */
function ways(
  engine: SqlEngine,
  rows: readonly Order[],
  theirs: Pick<Way, "name" | "run" | "bar">,
  ours: string,
): Way[] {
  const prepare = async (): Promise<void> => {
    await engine.execute("DROP TABLE IF EXISTS orders");
    await engine.execute(createTable(engine.dialect, "orders", orders, { primaryKey: ["id"] }));
  };
  const check = async (): Promise<void> => {
    const { n, total, last } = await engine
      .query("SELECT count(*) AS n, sum(amount) AS total, max(ordered_at) AS last FROM orders")
      .row();
    const got = [n, total, last].map(String).join(", ");
    expected ??= got;
    if (Number(n) !== rows.length || got !== expected) throw new Error(`${got} is not ${expected}`);
  };
  return [
    { name: ours, prepare, run: () => engine.load("orders", orders, rows), check },
    { ...theirs, prepare, check },
  ];
}

async function onPostgres(rows: readonly Order[]): Promise<ResultRow[]> {
  await using server = await postgresServer();
  const { engine, url } = server;
  const file = join(folder, "orders.bin");
  const client = psql();
  const theirs = {
    name: "psql \\copy, ready binary file",
    run: () => runProgram(client, [url, "-qc", `\\copy orders from '${file}' (format binary)`]),
    bar: { times: 0.9 },
  };
  const both = ways(engine, rows, theirs, "lakewright → Postgres");
  await both[0]!.prepare();
  await both[0]!.run(() => {});
  await runProgram(client, [url, "-qc", `\\copy orders to '${file}' (format binary)`]);
  return turnRows(both, await takeTurns(both, server), 64);
}

async function onMysql(rows: readonly Order[]): Promise<ResultRow[]> {
  await using server = await mysqlServer();
  const { engine, url } = server;
  const { hostname, port, username, password, pathname } = new URL(url);
  const file = join(folder, "orders.tsv");
  const client = mysqlClient();
  const login = [`-h${hostname}`, `-P${port}`, `-u${decodeURIComponent(username)}`];
  if (password !== "") login.push(`-p${decodeURIComponent(password)}`);
  const theirs = {
    name: "mysql LOAD DATA LOCAL, ready file",
    run: () =>
      runProgram(client, [
        "--no-defaults",
        ...login,
        "--local-infile=1",
        "--protocol=tcp",
        pathname.slice(1),
        "-e",
        `SET time_zone = '+00:00'; LOAD DATA LOCAL INFILE '${file}' INTO TABLE orders CHARACTER SET utf8mb4`,
      ]),
    bar: { times: 0.85 },
  };
  const both = ways(engine, rows, theirs, "lakewright → MySQL");
  await both[0]!.prepare();
  await both[0]!.run(() => {});
  await engine.execute(`SELECT * FROM orders INTO OUTFILE '${file}' CHARACTER SET utf8mb4`);
  return turnRows(both, await takeTurns(both, server), 64);
}

async function onDuckdb(rows: readonly Order[]): Promise<ResultRow[]> {
  await using engine = duckdb(join(folder, "load.duckdb"));
  const file = join(folder, "orders.csv");
  const theirs = {
    name: "DuckDB COPY, ready CSV file",
    run: () => engine.execute(`COPY orders FROM '${file}' (HEADER)`),
    bar: { times: 0.45 },
  };
  const both = ways(engine, rows, theirs, "lakewright → DuckDB");
  await both[0]!.prepare();
  await both[0]!.run(() => {});
  await engine.execute(`COPY orders TO '${file}' (HEADER)`);
  return turnRows(both, await takeTurns(both, undefined));
}
