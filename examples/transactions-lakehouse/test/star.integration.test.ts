import { join } from "node:path";
import { id, type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { mysql } from "@lakewright/sql/mysql";
import { postgres } from "@lakewright/sql/postgres";
import type { Warehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMariadb } from "../../../tools/services/mariadb.ts";
import { startMysql } from "../../../tools/services/mysql.ts";
import { startPostgres } from "../../../tools/services/postgres.ts";
import { star, userSummary } from "../src/warehouse/star.ts";
import {
  columnsInCatalogue,
  columnsWanted,
  expectedSummaries,
  loadTwoDays,
  sortedColumns,
  summaries,
} from "./star-scenario.ts";
import { lasting, run, temporaryFolder } from "./support/job.ts";

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const servers: readonly [string, () => Promise<Server>, (url: string) => SqlEngine][] = [
  ["Postgres", startPostgres, postgres],
  ["MySQL", startMysql, mysql],
  ["MariaDB", startMariadb, mysql],
];

describe.each(servers)("the star schema of the shop on %s", (name, start, open) => {
  let server: Server | undefined;
  let engine: SqlEngine;
  let warehouse: Warehouse;

  beforeAll(async () => {
    try {
      server = await start();
    } catch (error) {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return;
    }
    engine = open(await server.createDatabase());
    warehouse = await loadTwoDays(engine);
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  it("has the tables and columns that were asked for, keys and history added", async (context) => {
    if (!server) context.skip();
    expect(sortedColumns(await columnsInCatalogue(engine))).toEqual(columnsWanted());
  });

  it("has the three foreign keys, cascading, and an index for each", async (context) => {
    if (!server) context.skip();
    const keys = await engine
      .query(
        `SELECT k.table_name AS t, k.column_name AS c, r.delete_rule AS d FROM information_schema.referential_constraints r
JOIN information_schema.key_column_usage k ON k.constraint_name = r.constraint_name AND k.constraint_schema = r.constraint_schema
WHERE r.constraint_schema = 'shop' ORDER BY 1`,
      )
      .rows();
    expect(keys.map((row) => Object.values(row).join(" "))).toEqual([
      "fact_payment_method_totals payment_method_key CASCADE",
      "fact_user_transaction_summary user_key CASCADE",
      "fact_user_transaction_summary_eur user_key CASCADE",
    ]);
    const catalogue =
      name === "Postgres"
        ? "SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' AND indexname LIKE '%key_ix'"
        : "SELECT index_name FROM information_schema.statistics WHERE table_schema = 'shop' AND column_name IN ('user_key', 'payment_method_key') AND table_name LIKE 'fact%'";
    const indexes = await engine.query(catalogue).rows();
    expect(indexes).toHaveLength(3);
  });

  it("refers to the customer as they were on the day of the summary", async (context) => {
    if (!server) context.skip();
    expect(await summaries(engine)).toEqual(expectedSummaries);
  });

  it("changes nothing when both days are loaded again", async (context) => {
    if (!server) context.skip();
    await loadTwoDays(engine);
    expect(await summaries(engine)).toEqual(expectedSummaries);
  });

  it("lets one of two loads of the same name in when they come at once", async (context) => {
    if (!server) context.skip();
    const rows = [
      {
        user_id: "u2",
        transaction_type: "refund",
        currency: "EUR",
        total_amount: "1",
        transaction_count: 1n,
        avg_amount: "1",
      },
    ];
    const options = { loadId: "at once", snapshot: { date: "2026-11-22", version: 1 } };
    const both = await Promise.all([
      warehouse.load(userSummary, rows, options),
      warehouse.load(userSummary, rows, options),
    ]);
    expect(both.map((summary) => summary.applied).sort()).toEqual([false, true]);
    await engine.execute(
      "DELETE FROM shop.fact_user_transaction_summary WHERE snapshot_date = '2026-11-22'",
    );
  });

  it("deletes a customer's summaries with the customer, and nobody else's", async (context) => {
    if (!server) context.skip();
    await engine.execute("DELETE FROM shop.dim_users WHERE user_id = 'u1'");
    expect(await summaries(engine)).toEqual(
      expectedSummaries.filter((row) => !row.includes(" u1 ")),
    );
  });

  it("is filled by the job as the DuckDB file is, also when the job is started again", async (context) => {
    if (!server) context.skip();
    const folder = temporaryFolder();
    const now = Date.UTC(2026, 10, 21);
    const url = await server!.createDatabase();
    const out = join(folder, "server");
    const there = await run({ out, records: 2000, warehouse: url }, now);
    const here = await run({ out: join(folder, "file"), records: 2000 }, now);
    expect({ ...lasting(there), input: "" }).toEqual({ ...lasting(here), input: "" });
    expect(lasting(await run({ out, records: 2000, warehouse: url }, now))).toEqual(lasting(there));
    await using filled = open(url);
    await using file = duckdb(join(folder, "file/warehouse.duckdb"));
    for (const table of Object.values(star)) {
      expect(await contents(filled, table.name), table.name).toEqual(
        await contents(file, table.name),
      );
    }
  });

  it("is filled by one job at a time", async (context) => {
    if (!server) context.skip();
    const folder = temporaryFolder();
    const url = await server!.createDatabase();
    await using other = open(url);
    await other.withLock("lakewright demo", async () => {
      await expect(run({ out: folder, records: 10, warehouse: url })).rejects.toMatchObject({
        code: "DEMO_OUTPUT_IN_USE",
      });
    });
  });
});

/** The rows of a table without the keys the database numbered, sorted. */
async function contents(engine: SqlEngine, table: string): Promise<string[]> {
  const rows = await engine.query(sql`SELECT * FROM ${id(table)}`).rows();
  return rows
    .map((row) =>
      Object.entries(row)
        .filter(
          ([column]) =>
            !/^__|_key$|^(summary|summary_eur|payment_total|product_count)_id$/.test(column),
        )
        .map(([column, value]) => `${column}=${String(value)}`)
        .join(" "),
    )
    .sort();
}
