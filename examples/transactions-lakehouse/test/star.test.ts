import { duckdb } from "@lakewright/sql/duckdb";
import { beforeAll, describe, expect, it } from "vitest";
import type { SqlEngine } from "@lakewright/sql";
import type { Warehouse } from "@lakewright/warehouse";
import { userSummary, users } from "../src/warehouse/star.ts";
import {
  columnsInCatalogue,
  columnsWanted,
  expectedSummaries,
  loadSummaries,
  loadTwoDays,
  sortedColumns,
  summaries,
} from "./star-scenario.ts";

describe("the star schema of the shop on DuckDB", () => {
  let engine: SqlEngine;
  let warehouse: Warehouse;
  beforeAll(async () => {
    engine = duckdb(":memory:");
    warehouse = await loadTwoDays(engine);
    return () => engine.close();
  });

  it("has the tables and columns that were asked for, keys and history added", async () => {
    expect(sortedColumns(await columnsInCatalogue(engine))).toEqual(columnsWanted());
  });

  it("refers to the customer as they were on the day of the summary", async () => {
    expect(await summaries(engine)).toEqual(expectedSummaries);
  });

  it("keeps every version of a day, and shows the newest in a view", async () => {
    const [latest] = await engine
      .query(
        "SELECT string_agg(DISTINCT snapshot_date::text || ' v' || snapshot_version, ', ' ORDER BY snapshot_date::text || ' v' || snapshot_version) AS days FROM shop.fact_user_transaction_summary_latest",
      )
      .rows();
    expect(latest!["days"]).toBe("2026-11-20 v1, 2026-11-21 v2");
  });

  it("tells what a customer was on a day", async () => {
    const then = await warehouse.asOf(users, "2026-11-21").rows();
    expect(then.find((row) => row["user_id"] === "u1")).toMatchObject({ user_city: "Lyon" });
    const now = await warehouse.asOf(users, "2026-11-22").rows();
    expect(now.find((row) => row["user_id"] === "u1")).toMatchObject({ user_city: "Paris" });
  });

  it("changes nothing when the days are loaded again, under the same names or others", async () => {
    await loadTwoDays(engine);
    expect(await summaries(engine)).toEqual(expectedSummaries);
    const again = await warehouse.load(
      userSummary,
      expectedSummaries
        .filter((row) => row.startsWith("2026-11-21 2"))
        .map((row) => row.split(" "))
        .map(([, , user_id, currency, amount]) => ({
          user_id: user_id!,
          currency: currency!,
          transaction_type: "purchase",
          total_amount: amount!,
          transaction_count: 1n,
          avg_amount: amount!,
        })),
      { loadId: "by another name", snapshot: { date: "2026-11-21", version: 2 } },
    );
    expect(again).toMatchObject({ applied: true, inserted: 4, closed: 4 });
    expect(await summaries(engine)).toEqual(expectedSummaries);
  });

  it("replaces the version of a day that is calculated again", async () => {
    await loadSummaries(warehouse, "2026-11-21", 2, "22.00");
    expect(await summaries(engine)).toEqual(
      expectedSummaries.map((row) => row.replace("21.00", "22.00")),
    );
  });
});
