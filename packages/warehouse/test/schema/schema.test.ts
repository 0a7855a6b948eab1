import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, beforeAll, describe } from "vitest";
import { schemaCases } from "./cases.ts";
import { partitionCases } from "./partitions.ts";

describe("on DuckDB", () => {
  let engine: SqlEngine;
  beforeAll(() => {
    engine = duckdb(":memory:");
  });
  afterAll(() => engine.close());
  schemaCases(() => engine);
  partitionCases(() => engine);
});
