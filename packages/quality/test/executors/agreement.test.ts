import { duckdb } from "@lakewright/sql/duckdb";
import { it } from "vitest";
import { expectAgreement } from "./agreement.ts";
import { expectSameSummaries } from "./summaries.ts";

it("counts on DuckDB what it counts in batches, and what a naive reading counts", async () => {
  await using engine = duckdb(":memory:");
  await expectAgreement(engine, 60, 7);
}, 60_000);

it("summarises on DuckDB as it does in batches, and as by hand", async () => {
  await using engine = duckdb(":memory:");
  await expectSameSummaries(engine, 60);
}, 60_000);
