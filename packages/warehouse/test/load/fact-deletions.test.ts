import { decimal, utf8 } from "@lakewright/core";
import { duckdb } from "@lakewright/sql/duckdb";
import { bridge, dimension, fact, openWarehouse, type Warehouse } from "@lakewright/warehouse";
import { expect, expectTypeOf, it } from "vitest";
import { factDeletions } from "./fact-deletions.ts";

for (const name of ["DuckDB", "PGlite"]) factDeletions(name);

const accounts = dimension("dim_accounts", { key: ["account"], columns: { account: utf8() } });
const payments = fact("fact_payments", {
  grain: ["account", "payment"],
  dimensions: { account: accounts },
  measures: { amount: decimal(10, 2) },
});
const owners = bridge("bridge_owners", {
  between: { account: accounts, owner: { dimension: accounts, key: { account: "owner" } } },
});

it("a key has the columns of the grain, natural keys in place of roles", () => {
  expectTypeOf<typeof payments.$key>().toEqualTypeOf<{
    readonly account: string;
    readonly payment: string;
  }>();
  const stock = fact("fact_stock", {
    grain: ["account"],
    dimensions: { account: accounts },
    measures: { amount: decimal(10, 2) },
    snapshot: { date: "day", version: "version" },
  });
  expectTypeOf(stock.$key).toEqualTypeOf<{
    readonly account: string;
    readonly day: string;
    readonly version: number;
  }>();
  if (Math.PI > 4) {
    const warehouse = undefined as unknown as Warehouse;
    // @ts-expect-error: half a key
    void warehouse.deleteFacts(payments, [{ account: "a" }]);
    // @ts-expect-error: no column of the key
    void warehouse.deleteFacts(payments, [{ account: "a", payment: "p", amount: "1" }]);
    // @ts-expect-error: members of groups are not deleted alone
    void warehouse.deleteFacts(owners, [{ account: "a", owner: "b" }]);
  }
});

it("a bridge loses no member of a group alone, and a plan shows what a deletion would run", async () => {
  await using warehouse = await openWarehouse(duckdb(":memory:"), { payments, owners });
  await expect(warehouse.deleteFacts(owners, [])).rejects.toMatchObject({
    code: "WAREHOUSE_UNSUPPORTED",
  });
  const plan = warehouse.planDeleteFacts(payments);
  expect(plan.steps.map(({ name }) => name)).toEqual([
    "create a table of the keys",
    "create a table of the facts",
    "find the facts of the keys",
    "delete facts of fact_payments",
    "drop wh_chosen",
    "drop wh_stage",
  ]);
  expect(String(plan)).toContain("DELETE FROM");
});
