import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { bridge, dimension, evenWeights, fact } from "@lakewright/warehouse";
import { utf8 } from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindCases } from "./kinds.ts";

describe("on DuckDB", () => {
  let engine: SqlEngine;
  beforeAll(() => {
    engine = duckdb(":memory:");
  });
  afterAll(() => engine.close());
  kindCases(() => engine);
});

it("even weights add up to exactly 1, however many", () => {
  for (const count of [1, 2, 3, 7, 64, 999, 12_345]) {
    const weights = evenWeights(count);
    expect(weights).toHaveLength(count);
    const sum = weights.reduce((total, weight) => total + BigInt(weight.replace(".", "")), 0n);
    expect(sum, String(count)).toBe(100_000_000n);
  }
  expect(evenWeights(3)).toEqual(["0.33333334", "0.33333333", "0.33333333"]);
  expect(() => evenWeights(0)).toThrow("no weights");
});

it("a bridge has two roles, the first without history", () => {
  const plain = dimension("dim_a", { key: ["a"], columns: { a: utf8() } });
  const versioned = dimension("dim_b", { key: ["b"], columns: { b: utf8() }, versioning: "scd2" });
  expect(() => bridge("bridge_x", { between: { plain } })).toThrow("it needs two");
  expect(() => bridge("bridge_x", { between: { versioned, plain } })).toThrow("which has history");
  expect(bridge("bridge_x", { between: { plain, versioned }, weight: false }).own).toEqual([]);
});

it("a fact says of what kind it is", () => {
  const user = dimension("dim_a", { key: ["a"], columns: { a: utf8() } });
  expect(fact("fact_x", { grain: ["user"], dimensions: { user } }).factKind).toBe("factless");
});
