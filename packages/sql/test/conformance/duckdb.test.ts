import { describe } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import { conformance } from "./conformance.ts";

describe("DuckDB", () => {
  conformance({
    name: "DuckDB",
    open: () => Promise.resolve(duckdb(":memory:", { settings: { threads: "2" } })),
    slow: "SELECT sum(a.range * b.range) AS s FROM range(1000000) a, range(1000000) b",
    series: (rows) => `SELECT range AS n FROM range(${rows})`,
  });
});
