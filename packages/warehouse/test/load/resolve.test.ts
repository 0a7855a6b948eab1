import { decimal, utf8 } from "@lakewright/core";
import {
  mysqlCapabilities,
  mysqlDialect,
  postgresCapabilities,
  postgresDialect,
} from "@lakewright/sql";
import { calendar, dimension, fact } from "@lakewright/warehouse";
import { expect, it } from "vitest";
import { type FactRequest, resolveSteps } from "../../src/load/fact/resolve.ts";
import type { Writer } from "../../src/schema/create.ts";
import { Place } from "../../src/schema/place.ts";

const plain = dimension("dim_plain", { key: ["plain"], columns: { plain: utf8() } });
const other = dimension("dim_other", { key: ["other"], columns: { other: utf8() } });
const days = calendar("dim_date", { from: "2026-01-01", to: "2026-12-31" });
const sales = fact("fact_sales", {
  grain: ["sale"],
  dimensions: { plain, other, date: days },
  measures: { amount: decimal(14, 2) },
});
const request: FactRequest = {
  mode: "upsert",
  unknownMembers: "infer",
  deletes: "ignore",
  scope: undefined,
  snapshot: undefined,
  micros: undefined,
  hashed: new Set(["dim_plain"]),
};

function lookups({ dialect, capabilities }: Omit<Writer, "place">): string {
  const steps = resolveSteps({ dialect, capabilities, place: new Place("w") }, sales, request);
  return steps.find((step) => step.name === "look up surrogate keys")!.sql.render(dialect).text;
}

it("hashes, where an engine has to be told that, the dimensions that the rows are many beside", () => {
  const text = lookups({ dialect: mysqlDialect, capabilities: mysqlCapabilities });
  expect(text).toMatch(/SELECT \/\*\+ SET_VAR\(join_buffer_size = \d+\) \*\/ COALESCE/);
  expect(text.match(/`dim_\w+` \/\*.*?\*\//g)).toEqual([
    "`dim_plain` /*!80020 IGNORE INDEX FOR JOIN (`dim_plain_uq`) */",
  ]);
  const elsewhere = lookups({ dialect: postgresDialect, capabilities: postgresCapabilities });
  expect(elsewhere).not.toContain("/*");
});
