import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, beforeEach, describe } from "vitest";
import { extractionSuite } from "./extraction.ts";

describe("extraction from DuckDB", () => {
  const engine: SqlEngine = duckdb(":memory:");
  let schemas = 0;
  beforeEach(() => engine.execute(`CREATE SCHEMA s${++schemas}`).then(() => undefined));
  afterAll(() => engine.close());
  extractionSuite(
    () => engine,
    () => `s${schemas}`,
  );
});
