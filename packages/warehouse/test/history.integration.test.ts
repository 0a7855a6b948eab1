import { describe, it } from "vitest";
import { databaseForTests, otherDatabases } from "./engines.ts";
import { assertHistories, assertNoOverlap, assertRounds, assertSerial } from "./histories.ts";

const RUNS = 6;

describe.each(otherDatabases)("histories on %s", (name) => {
  const database = databaseForTests(name);

  it("are what a row-by-row implementation makes of the same batches, killed and run again", () =>
    assertHistories(database().engine, RUNS));

  it("never overlap", () => assertNoOverlap(database().engine, RUNS));

  it("of many dated changes in one load are those of one after the other", () =>
    assertRounds(database().engine, RUNS));

  it("of two loaders at once are those of one after the other", async () => {
    const { engine, another } = database();
    const other = another?.() ?? engine;
    await assertSerial([engine, other], RUNS);
    if (other !== engine) await other.close();
  });
});
