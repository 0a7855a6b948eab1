import { sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse } from "@lakewright/warehouse";
import { applyAccess, defineAccess, planAccess } from "@lakewright/warehouse/audit";
import { describe, expect, it } from "vitest";
import { saleRows, sales, userRows, users } from "./star.ts";

const rules = defineAccess(
  { users, sales },
  {
    analyst: {
      read: ["users", "sales"],
      rows: { sales: sql`country = 'FR'` },
      masks: { users: { email: { keepLast: 4 }, country: "null" } },
    },
    loader: { write: ["users", "sales"] },
  },
);

describe("access", () => {
  it("gives views of rows and masks where the engine has no roles, and says that nothing is enforced", async () => {
    await using warehouse = await openWarehouse(duckdb(":memory:"), { users, sales });
    const { engine } = warehouse;
    await warehouse.load(users, userRows, { at: "2023-01-01" });
    await warehouse.load(sales, saleRows);
    await applyAccess(engine, rules);
    const plan = await applyAccess(engine, rules);
    expect(plan.enforced).toBe(false);
    expect(plan.relations["analyst"]).toEqual({
      users: ["main", "dim_users__analyst"],
      sales: ["main", "fact_sales__analyst"],
    });
    expect(plan.relations["loader"]!["users"]).toEqual(["main", "dim_users"]);
    const seen = await engine
      .query(`SELECT user_id, email, country FROM dim_users__analyst WHERE user_key > 0 ORDER BY 1`)
      .rows();
    expect(seen).toEqual([
      { user_id: "u1", email: "***********.org", country: null },
      { user_id: "u2", email: "***", country: null },
      { user_id: "u3", email: null, country: null },
    ]);
    expect(await engine.query("SELECT sale FROM fact_sales__analyst ORDER BY 1").rows()).toEqual([
      { sale: "s1" },
      { sale: "s3" },
    ]);
  });

  it("prints the statements", async () => {
    await using engine = duckdb(":memory:");
    expect(String(await planAccess(engine, rules))).toContain("CREATE VIEW");
  });

  it.each([
    [() => defineAccess({ users }, { a: { read: ["sales" as "users"] } }), /the rules do not have/],
    [
      () => defineAccess({ users }, { a: { read: [], masks: { users: { email: "null" } } } }),
      /may not read/,
    ],
    [
      () => defineAccess({ users }, { a: { read: ["users"], masks: { users: { mail: "null" } } } }),
      /no column/,
    ],
    [
      () =>
        defineAccess(
          { users },
          { a: { read: ["users"], masks: { users: { valid_to: "redact" } } } },
        ),
      /for text/,
    ],
    [
      () =>
        defineAccess({ users }, { a: { write: ["users"], masks: { users: { email: "null" } } } }),
      /write masks back/,
    ],
  ])("refuses rules that cannot be meant (%#)", (define, message) => {
    expect(define).toThrow(message);
  });

  it("refuses a bound value in a condition", async () => {
    await using engine = duckdb(":memory:");
    const bound = defineAccess(
      { sales },
      { a: { read: ["sales"], rows: { sales: sql`country = ${"FR"}` } } },
    );
    await expect(planAccess(engine, bound)).rejects.toThrow(/bound value/);
  });
});
