import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, describe } from "vitest";
import { pglite } from "../../src/pglite.ts";
import { conformance } from "./conformance.ts";

describe("PGlite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-pglite-"));
  // One for all the tests, for it takes seconds to start.
  const instance = await PGlite.create(join(folder, "data"));
  afterAll(async () => {
    await instance.close();
    rmSync(folder, { recursive: true, force: true });
  });
  conformance({
    name: "PGlite",
    open: async () => {
      await instance.exec(
        "DROP SCHEMA IF EXISTS mart CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
      );
      return pglite(instance);
    },
    rival: () => Promise.resolve(pglite(instance)),
    slow: "SELECT pg_sleep(8)",
    series: (rows) => `SELECT generate_series(0, ${rows - 1}) AS n`,
  });
});
