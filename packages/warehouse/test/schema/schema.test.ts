import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openWarehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaCases } from "./cases.ts";
import { partitionCases } from "./partitions.ts";
import { users } from "./stars.ts";

describe("on DuckDB", () => {
  let engine: SqlEngine;
  beforeAll(() => {
    engine = duckdb(":memory:");
  });
  afterAll(() => engine.close());
  schemaCases(() => engine);
  partitionCases(() => engine);

  it("takes any name of a schema but one with a double quote, and says so", async () => {
    for (const schema of ["a'b", "a.b", "A b", "é"])
      await openWarehouse(engine, { users }, { schema });
    await expect(openWarehouse(engine, { users }, { schema: 'a"b' })).rejects.toMatchObject({
      code: "WAREHOUSE_UNSUPPORTED",
      message: 'The schema "a\\"b" has a double quote, and DuckDB cannot number rows in it.',
    });
  });
});
