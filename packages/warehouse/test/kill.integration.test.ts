import { describe, expect, it } from "vitest";
import { databaseForTests, otherDatabases } from "./engines.ts";
import { assertAllOrNothing, loads } from "./kill.ts";
import { failingAt } from "./memory.ts";

describe.each(otherDatabases)("on %s", (name) => {
  const database = databaseForTests(name);
  let schemas = 0;
  const fresh = () => ({ clean: `clean_${++schemas}`, killed: `killed_${schemas}` });

  it.each(Object.entries(loads))("a load of %s that fails is undone whole", async (_, load) => {
    const { engine } = database();
    await assertAllOrNothing(engine, fresh(), load, (n) => failingAt(engine, n), 6);
    expect.hasAssertions();
  });

  it.for(Object.entries(loads))(
    "a load of %s whose connection is cut is undone whole",
    async ([, load], { skip }) => {
      const { engine, endSessions } = database();
      if (endSessions === undefined)
        skip(`${name} has no connection to cut: it is in this process`);
      const cut = (n: number) => failingAt(engine, n, endSessions!);
      await assertAllOrNothing(engine, fresh(), load, cut, 6);
      expect.hasAssertions();
    },
  );
});
