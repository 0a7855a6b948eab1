import { int64, utf8 } from "@lakewright/core";
import { readReplicas, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { dimension, fact, openWarehouse, planMigration } from "@lakewright/warehouse";
import { expect, it } from "vitest";

const shops = dimension("dim_shops", { key: ["shop"], columns: { shop: utf8() } });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { shop: shops },
  measures: { pieces: int64() },
});

/** The engine, as one whose CREATE ends its transaction. */
function committing(engine: SqlEngine): SqlEngine {
  const capabilities = { ...engine.capabilities, transactionalDdl: false };
  return new Proxy(engine, {
    get: (target, name) => {
      if (name === "capabilities") return capabilities;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it("a schema is compared where it is made, not on a replica that is behind", async () => {
  const [primary, replica] = [duckdb(":memory:"), duckdb(":memory:")];
  // The tables have come to the replica, what is made from here on has not.
  await openWarehouse(replica, { sales });
  await using engine = readReplicas(committing(primary), [replica]);
  await openWarehouse(engine, { sales });
  await openWarehouse(engine, { sales });
  const { statements, refused } = await planMigration(engine, { sales });
  expect([statements, refused]).toEqual([[], []]);
});
