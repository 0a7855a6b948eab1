import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SqlEngine } from "@lakewright/sql";
import { pglite } from "@lakewright/sql/pglite";
import { afterAll, beforeEach, describe } from "vitest";
import { extractionSuite } from "./extraction.ts";
import { introspectionSuite } from "./introspect.ts";

describe("extraction from PGlite", () => {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-pglite-"));
  const engine: SqlEngine = pglite(join(folder, "data"));
  let schemas = 0;
  beforeEach(() => engine.execute(`CREATE SCHEMA s${++schemas}`).then(() => undefined));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  introspectionSuite(
    () => engine,
    () => `s${schemas}`,
  );
  extractionSuite(
    () => engine,
    () => `s${schemas}`,
  );
});
