import { afterAll, beforeAll, beforeEach, describe, it } from "vitest";
import { play } from "../../../conformance/src/scd2/play.ts";
import { behaviours } from "./behaviours.ts";
import { databases, type TestDatabase } from "./engines.ts";
import { scd2Cases } from "./scd2-cases.ts";

const cases = [...scd2Cases(), ...behaviours];

describe.each(Object.keys(databases).filter((name) => name !== "DuckDB"))(
  "histories other tools expect, on %s",
  (name) => {
    let database: TestDatabase | undefined;

    beforeAll(async () => {
      try {
        database = await databases[name]!();
      } catch (error) {
        console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      }
    }, 180_000);
    beforeEach((context) => {
      if (database === undefined) context.skip();
    });
    afterAll(() => database?.stop());

    it.each(cases.map((given, k) => [given.id, given, k] as const))("%s", async (_, given, k) => {
      await play(database!.engine, given, `case_${k}`);
    });
  },
);
