import type { SqlEngine } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tools/services/postgres.ts";
import { notCovered, runScd2Case, scd2Cases } from "./scd2-cases.ts";

const cases = scd2Cases();
if (cases === undefined) console.warn("No SCD2 cases here: ../shared/data/warehouse is absent.");

describe.skipIf(cases === undefined)("histories other tools expect, on Postgres", () => {
  let server: PostgresServer | undefined;
  let engine: SqlEngine;
  let reason: unknown;

  beforeAll(async () => {
    try {
      server = await startPostgres();
    } catch (error) {
      reason = error;
      console.warn(`Skipped, there is no Postgres here: ${String(error)}`);
      return;
    }
    engine = postgres(await server.createDatabase());
  });
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  for (const [k, given] of (cases ?? []).entries()) {
    it.skipIf(notCovered(given) !== undefined)(given.id, async (context) => {
      if (reason !== undefined) context.skip();
      await runScd2Case(engine, given, `case_${k}`);
    });
  }
});
