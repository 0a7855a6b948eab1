import { describe, it } from "vitest";
import { play } from "../../../conformance/src/scd2/play.ts";
import { behaviours } from "./behaviours.ts";
import { databaseForTests, otherDatabases } from "./engines.ts";
import { scd2Cases } from "./scd2-cases.ts";

const cases = [...scd2Cases(), ...behaviours];

describe.each(otherDatabases)("histories other tools expect, on %s", (name) => {
  const database = databaseForTests(name);

  it.each(cases.map((given, k) => [given.id, given, k] as const))("%s", async (_, given, k) => {
    await play(database().engine, given, `case_${k}`);
  });
});
