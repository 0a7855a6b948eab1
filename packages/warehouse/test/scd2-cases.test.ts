import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, describe, it } from "vitest";
import { play } from "../../../conformance/src/scd2/play.ts";
import { behaviours } from "./behaviours.ts";
import { scd2Cases } from "./scd2-cases.ts";

const engine = duckdb(":memory:");
afterAll(() => engine.close());

const cases = scd2Cases();

describe.skipIf(cases.length === 0)("histories other tools expect, on DuckDB", () => {
  it.each(cases.map((given) => [given.id, given] as const))("%s", async (_, given) => {
    await play(engine, given, given.id.replaceAll(" ", "_"));
  });
});

describe("histories as other tools document them, on DuckDB", () => {
  it.each(behaviours.map((given) => [given.id, given] as const))("%s", async (_, given) => {
    await play(engine, given, given.id.replaceAll(" ", "_"));
  });
});
