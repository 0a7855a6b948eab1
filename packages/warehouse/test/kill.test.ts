import { duckdb } from "@lakewright/sql/duckdb";
import { expect, it } from "vitest";
import { assertAllOrNothing, loads } from "./kill.ts";
import { failingAt } from "./memory.ts";

it.each(Object.entries(loads))(
  "a load of %s that dies at any statement leaves what was there, and is whole when it is run again",
  async (_, load) => {
    await using engine = duckdb(":memory:");
    const schemas = { clean: "clean", killed: "killed" };
    await assertAllOrNothing(engine, schemas, load, (n) => failingAt(engine, n));
    expect.hasAssertions();
  },
  60_000,
);
