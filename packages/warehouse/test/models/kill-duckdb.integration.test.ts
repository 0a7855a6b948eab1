import { duckdb } from "@lakewright/sql/duckdb";
import { expect, it } from "vitest";
import { killAtEveryStatement, killFirstRuns, killSecondRuns, kinds } from "./kill.ts";
import { ticking } from "./support.ts";

it.each(kinds)(
  "a run of %s that dies at any statement leaves what was there, and the next is whole",
  async (_, materialize) => {
    await using engine = duckdb(":memory:");
    expect(await killAtEveryStatement(engine, materialize, ticking())).toBeGreaterThan(8);
  },
);

it.each(kinds)(
  "a first run of %s that dies at any statement can be run again",
  async (_, materialize) => {
    await using engine = duckdb(":memory:");
    expect(await killFirstRuns(engine, materialize, ticking())).toBeGreaterThan(8);
  },
);

it.each(kinds)(
  "a second run of %s by a process that is killed leaves the first or the second",
  async (_, materialize) => {
    await using engine = duckdb(":memory:");
    expect(await killSecondRuns(engine, materialize, ticking())).toBeGreaterThan(8);
  },
);
