import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { dashboardPage } from "../../src/dashboard/write.ts";
import { buildCompany, type Company } from "../support/company.ts";
import { expectSame, goldOf, type Row } from "../support/gold-rows.ts";

const OPTIONS = { seed: 3, scale: 0.01 };

let wanted: Map<string, Row[]>;
let company: Company;

beforeAll(async () => {
  const engine = duckdb(":memory:");
  try {
    company = await buildCompany(engine, OPTIONS);
    wanted = await goldOf(engine);
  } finally {
    await engine.close();
  }
}, 240_000);

const servers = [
  ["postgres", startPostgres, (url: string) => postgres(url)],
  ["mysql", startMysql, (url: string) => mysql(url)],
  ["mariadb", startMariadb, (url: string) => mysql(url)],
] as const;

describe.each(servers)("gold on %s", (name, start, connect) => {
  let stop: (() => Promise<void>) | undefined;
  let engine: SqlEngine | undefined;

  beforeAll(async () => {
    try {
      const server = await start();
      stop = () => server.stop();
      engine = connect(server.url);
    } catch (error) {
      console.warn(`skipped: no ${name}: ${(error as Error).message}`);
    }
  }, 240_000);

  afterAll(async () => {
    await engine?.close();
    await stop?.();
  });

  it("is what it is on DuckDB, table by table, and so is silver's account", async ({ skip }) => {
    if (engine === undefined) return skip();
    const built = await buildCompany(engine, OPTIONS);
    expect(built.silver.reconciliation).toEqual(company.silver.reconciliation);
    expect(built.silver.dirt).toEqual(company.silver.dirt);
    const found = await goldOf(engine);
    for (const [table, rows] of wanted) expectSame(found.get(table)!, rows, table);
    expect(await dashboardPage(engine)).toContain("The company today");
  }, 600_000);
});
