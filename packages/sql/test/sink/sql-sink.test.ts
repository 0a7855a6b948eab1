import { afterEach } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import type { SqlEngine } from "../../src/index.ts";
import { sinkCases } from "./sink-cases.ts";

const opened: SqlEngine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

sinkCases(() => {
  const engine = duckdb(":memory:");
  opened.push(engine);
  return Promise.resolve(engine);
});
