import { decimal, nullable, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse } from "@lakewright/warehouse";
import { expect, it } from "vitest";
import { failingAt } from "./memory.ts";

const users = dimension("dim_users", {
  key: ["user_id"],
  versioning: "scd2",
  columns: { user_id: utf8(), country: nullable(utf8()) },
});
const totals = fact("fact_totals", {
  grain: ["user_id"],
  dimensions: { user: users },
  measures: { amount: decimal(14, 2) },
  snapshot: { date: "day", version: "version" },
});

it("a plan runs nothing, and has every statement of the load in its order", async () => {
  await using engine = duckdb(":memory:");
  const counting = failingAt(engine, Infinity);
  const warehouse = await openWarehouse(counting, { users, totals });
  const before = counting.statements;
  const plan = warehouse.planLoad(users, { at: "2026-01-01", deletes: "close" });
  expect(counting.statements).toBe(before);
  expect(plan.steps.map((step) => step.name)).toEqual([
    "stage",
    "load",
    "count keys that occur twice",
    "create repeated",
    "find the first row of keys that occur twice",
    "find keys whose rows differ",
    "put aside rows of one key that differ",
    "leave one of equal rows",
    "drop wh_repeated",
    "create delta",
    "compare",
    "create ended",
    "find members that come back",
    "start versions of members that come back after their last end",
    "drop wh_ended",
    "put aside changes that are late",
    "close versions",
    "complete inferred members",
    "open versions",
    "drop wh_delta",
    "drop wh_stage",
  ]);
  const seen = await statementsOf(engine, (recorded) =>
    openWarehouse(recorded, { users, totals }).then((opened) =>
      opened.load(users, [{ user_id: "a" }, { user_id: "a", country: "FR" }, { user_id: "b" }], {
        at: "2026-01-01",
        deletes: "close",
      }),
    ),
  );
  // The first load finds nothing that is late, ends, or was inferred.
  const idle = ["load", "put aside changes that are late", "close versions"];
  idle.push("complete inferred members");
  for (const step of plan.steps.filter(({ name }) => !idle.includes(name))) {
    expect(seen, step.name).toContain(step.sql.split("\n-- $1")[0]);
  }
  expect(String(plan)).toContain("-- open versions\nINSERT INTO");
});

it("a plan of a snapshot shows what it will replace", async () => {
  await using warehouse = await openWarehouse(duckdb(":memory:"), { totals });
  const plan = warehouse.planLoad(totals, { snapshot: { date: "2026-01-01", version: 3 } });
  expect(String(plan)).toContain(
    'DELETE FROM "main"."fact_totals" WHERE "day" = CAST($1 AS DATE) AND "version" = 3',
  );
  expect(() => warehouse.planLoad(totals)).toThrow('"fact_totals" is a snapshot fact');
  expect(() => warehouse.planLoad(totals, { mode: "append" })).toThrow("it is a snapshot fact");
});

/** The text of every statement work executes in transactions. */
async function statementsOf(
  engine: SqlEngine,
  work: (recorded: SqlEngine) => Promise<unknown>,
): Promise<string[]> {
  const seen: string[] = [];
  const note = (statement: Parameters<SqlEngine["query"]>[0]): void => {
    seen.push(typeof statement === "string" ? statement : statement.render(engine.dialect).text);
  };
  const recorded = failingAt(engine, Infinity);
  const { transaction } = recorded;
  await work({
    ...recorded,
    transaction: (run, options) =>
      transaction(
        (session) =>
          run({
            ...session,
            execute: (statement, given) => {
              note(statement);
              return session.execute(statement, given);
            },
            query: (statement, given) => {
              note(statement);
              return session.query(statement, given);
            },
          }),
        options,
      ),
  });
  return seen;
}
