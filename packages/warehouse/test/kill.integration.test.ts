import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "./engines.ts";
import { assertAllOrNothing, loads } from "./kill.ts";
import { failingAt } from "./memory.ts";

describe.each(Object.keys(databases).filter((name) => name !== "DuckDB"))("on %s", (name) => {
  let database: TestDatabase | undefined;
  let schemas = 0;
  const fresh = () => ({ clean: `clean_${++schemas}`, killed: `killed_${schemas}` });

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

  it.each(Object.entries(loads))("a load of %s that fails is undone whole", async (_, load) => {
    const { engine } = database!;
    await assertAllOrNothing(engine, fresh(), load, (n) => failingAt(engine, n), 6);
    expect.hasAssertions();
  });

  it.each(Object.entries(loads))(
    "a load of %s whose connection is cut is undone whole",
    async (_, load) => {
      const { engine, endSessions } = database!;
      if (endSessions === undefined) return;
      const cut = (n: number) => failingAt(engine, n, endSessions);
      await assertAllOrNothing(engine, fresh(), load, cut, 6);
      expect.hasAssertions();
    },
  );
});
