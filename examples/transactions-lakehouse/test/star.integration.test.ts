import type { SqlEngine } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import type { Warehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tools/services/postgres.ts";
import { userSummary } from "../src/warehouse/star.ts";
import {
  columnsInCatalogue,
  columnsWanted,
  expectedSummaries,
  loadTwoDays,
  sortedColumns,
  summaries,
} from "./star-scenario.ts";

describe("the star schema of the shop on Postgres", () => {
  let server: PostgresServer | undefined;
  let engine: SqlEngine;
  let warehouse: Warehouse;

  beforeAll(async () => {
    try {
      server = await startPostgres();
    } catch (error) {
      console.warn(`Skipped, there is no Postgres here: ${String(error)}`);
      return;
    }
    engine = postgres(await server.createDatabase());
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
        `SELECT k.table_name, k.column_name, r.delete_rule FROM information_schema.referential_constraints r
JOIN information_schema.key_column_usage k ON k.constraint_name = r.constraint_name AND k.constraint_schema = r.constraint_schema
WHERE r.constraint_schema = 'shop' ORDER BY 1`,
      )
      .rows();
    expect(keys.map((row) => Object.values(row).join(" "))).toEqual([
      "fact_payment_method_totals payment_method_key CASCADE",
      "fact_user_transaction_summary user_key CASCADE",
      "fact_user_transaction_summary_eur user_key CASCADE",
    ]);
    const indexes = await engine
      .query(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' AND indexname LIKE '%key_ix'",
      )
      .rows();
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
});
