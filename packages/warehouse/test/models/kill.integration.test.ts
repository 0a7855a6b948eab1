import type { SqlEngine } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tools/services/postgres.ts";
import { killAtEveryStatement, killFirstRuns, killSecondRuns, kinds } from "./kill.ts";
import { ticking } from "./support.ts";

describe("models on Postgres whose connection breaks", () => {
  let server: PostgresServer | undefined;

  beforeAll(async () => {
    try {
      server = await startPostgres();
    } catch (error) {
      console.warn(`Skipped, there is no Postgres here: ${String(error)}`);
    }
  });
  afterAll(() => server?.stop());

  it.each(kinds)("leave what was there: %s", async (_, materialize) => {
    if (server === undefined) return;
    const engine: SqlEngine = postgres(await server.createDatabase());
    try {
      expect(await killAtEveryStatement(engine, materialize, ticking())).toBeGreaterThan(8);
    } finally {
      await engine.close();
    }
  });

  it.each(kinds)(
    "leave all of one run, and the next run is whole, where the process is killed: %s",
    async (_, materialize) => {
      if (server === undefined) return;
      const engine: SqlEngine = postgres(await server.createDatabase());
      try {
        expect(await killFirstRuns(engine, materialize, ticking())).toBeGreaterThan(8);
        expect(await killSecondRuns(engine, materialize, ticking())).toBeGreaterThan(8);
      } finally {
        await engine.close();
      }
    },
    120_000,
  );
});
