import { duckdb } from "@lakewright/sql/duckdb";
import { expect, it } from "vitest";
import { killAtEveryStatement, kinds } from "./kill.ts";
import { ticking } from "./support.ts";

it.each(kinds)(
  "a run of %s that dies at any statement leaves what was there, and the next is whole",
  async (_, materialize) => {
    await using engine = duckdb(":memory:");
    expect(await killAtEveryStatement(engine, materialize, ticking())).toBeGreaterThan(8);
  },
);
