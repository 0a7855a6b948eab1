import { int64 } from "@lakewright/core";
import { raw, type SqlEngine, sql } from "@lakewright/sql";
import { mysql } from "@lakewright/sql/mysql";
import {
  defineProject,
  model,
  type Project,
  rowCount,
  runModels,
  view,
} from "@lakewright/warehouse/models";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startMariadb } from "../../../../tools/services/mariadb.ts";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { killFirstRuns, killSecondRuns, kinds } from "./kill.ts";
import { ticking } from "./support.ts";

/** Here a table is there before the record of its run can be: one transaction does not hold both. */
describe.each([
  ["MySQL", startMysql],
  ["MariaDB", startMariadb],
] as const)("runs of models on %s by a process that is killed", (name, start) => {
  let server: Awaited<ReturnType<typeof start>> | undefined;
  let engine: SqlEngine | undefined;

  beforeAll(async () => {
    try {
      server = await start();
      engine = mysql(await server.createDatabase());
    } catch (error) {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
    }
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  it.each(kinds)(
    "can be run again: %s",
    async (_, materialize) => {
      if (engine === undefined) return;
      expect(await killFirstRuns(engine, materialize, ticking())).toBeGreaterThan(8);
    },
    120_000,
  );

  // A materialised view is a table here.
  it.each(kinds.filter(([name]) => name !== "a materialised view"))(
    "leave all of one run or all of the next: a second run of %s",
    async (_, materialize) => {
      if (engine === undefined) return;
      expect(await killSecondRuns(engine, materialize, ticking())).toBeGreaterThan(8);
    },
    240_000,
  );

  it("leave a table of others alone, also where a first run failed before it was there", async () => {
    if (engine === undefined) return;
    const options = { clock: ticking() };
    const of = (name: string, statement: string): Project =>
      defineProject([
        model(name, {
          columns: { n: int64() },
          materialize: view(),
          tests: [rowCount({ max: 0 })],
          select: () => sql`${raw(statement)}`,
        }),
      ]);
    for (const failing of ["SELECT 1 AS n", "SELECT n FROM nowhere_at_all"]) {
      const project = of("somebodys", failing);
      expect((await runModels(engine, project, options)).ok).toBe(false);
      await engine.execute("CREATE TABLE somebodys (n BIGINT)");
      const run = await runModels(
        engine,
        of("somebodys", "SELECT 1 AS n FROM DUAL WHERE FALSE"),
        options,
      );
      expect(run.models[0]?.error).toMatchObject({ code: "WAREHOUSE_SCHEMA_MISMATCH" });
      await engine.execute("DROP TABLE somebodys");
    }
  });
});
