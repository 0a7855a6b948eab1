import { int64, type Progress } from "@lakewright/core";
import { raw, sql, type SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { defineProject, model, type Model, runModels, table } from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const made = (name: string, statement: string, reads: readonly Model[] = []): Model =>
  model(name, {
    columns: { n: int64() },
    materialize: table(),
    select: ({ ref }) =>
      reads.reduce((so, read) => sql`${so} UNION ALL SELECT n FROM ${ref(read)}`, raw(statement)),
  });

describe("a run of models", () => {
  const bad = made("bad", "SELECT no_such_column AS n");
  const after = made("after", "SELECT 1 AS n", [bad]);
  const apart = made("apart", "SELECT 2 AS n");
  const last = made("last", "SELECT 3 AS n", [apart]);
  const project = defineProject([bad, after, apart, last]);
  const outcome = async (engine: SqlEngine, options: object): Promise<string[]> => {
    const run = await runModels(engine, project, { clock: ticking(), ...options });
    return run.models.map((of) => `${of.name} ${of.status}`).sort();
  };

  it("goes on with what does not read a model that failed", async () => {
    await using engine = duckdb(":memory:");
    const reports: Progress[] = [];
    const onProgress = (progress: Progress): void => void reports.push(progress);
    expect(await outcome(engine, { onProgress })).toEqual([
      "after skipped",
      "apart success",
      "bad failed",
      "last success",
    ]);
    expect(reports.at(-1)).toEqual({ phase: "models", done: 4, total: 4, unit: "steps" });
    expect(await rows(engine, "SELECT n FROM last ORDER BY n")).toEqual([{ n: "2" }, { n: "3" }]);
  });

  it("stops at the first failure where it is told to", async () => {
    await using engine = duckdb(":memory:");
    expect(await outcome(engine, { failFast: true })).toEqual([
      "after skipped",
      "apart skipped",
      "bad failed",
      "last skipped",
    ]);
  });

  it("gives the same with several models at once", async () => {
    await using engine = duckdb(":memory:");
    expect(await outcome(engine, { concurrency: 3 })).toEqual([
      "after skipped",
      "apart success",
      "bad failed",
      "last success",
    ]);
  });

  it("ends with the reason of its signal, and leaves what was there", async () => {
    await using engine = duckdb(":memory:");
    await runModels(engine, defineProject([last]), { clock: ticking() });
    const stop = new AbortController();
    const slow = made(
      "apart",
      "SELECT sum(a.range * b.range)::BIGINT AS n FROM range(1000000) a, range(1000000) b",
    );
    const run = runModels(engine, defineProject([slow]), { signal: stop.signal });
    setTimeout(() => {
      stop.abort(new Error("it takes too long"));
    }, 300);
    await expect(run).rejects.toThrow("it takes too long");
    expect(await rows(engine, "SELECT n FROM apart")).toEqual([{ n: "2" }]);
  });

  it("waits for another run of the same models", async () => {
    await using engine = duckdb(":memory:");
    const clock = ticking();
    const runs = await Promise.all(
      [1, 2, 3].map(() => runModels(engine, defineProject([last]), { clock })),
    );
    for (const run of runs) expect(run.ok, String(run)).toBe(true);
    expect(await rows(engine, "SELECT count(*) AS n FROM _wh_models")).toEqual([{ n: "6" }]);
  });
});
