import { duckdb } from "@lakewright/sql/duckdb";
import { expect, it } from "vitest";
import { expectAgreement } from "./agreement.ts";

it("counts on DuckDB what it counts in batches, and what a naive reading counts", async () => {
  await using engine = duckdb(":memory:");
  await expectAgreement(engine, 150, 7);
  expect(engine.dialect.name).toBe("duckdb");
}, 60_000);
