import { describe, expect, it } from "vitest";
import { join } from "node:path";
import { openBronze } from "../src/bronze/bronze-lake.ts";
import { countCurrent } from "../src/bronze/deletions.ts";
import { countsAt } from "../src/source/generate/counts.ts";
import { sourceTables } from "../src/source/schema/index.ts";
import type { Summary } from "../src/summary.ts";
import { ended, lasting, run, startRun, temporaryFolder } from "./support/run.ts";

const small = ["--scale", "0.02"];

/** CPU of the steps that count: what the source costs is the ERP's. */
function cpuOf({ steps }: Summary, day: number): number {
  return steps
    .filter((step) => step.day === day && ["bronze", "silver", "gold"].includes(step.step))
    .reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

it("takes 670,349 rows from Postgres through bronze, silver and gold, and then a day", async () => {
  const summary = await run(["--day", "2", "--out", join(temporaryFolder(), "out")]);
  const cpu = [cpuOf(summary, 1), cpuOf(summary, 2)] as const;
  console.warn(
    `ERP: ${cpu[0].toFixed(1)} s of CPU, a day ${cpu[1].toFixed(1)} s, ${summary.maxMemoryMb} MB at most`,
  );
  expect(summary.bronze.tables).toBe(319);
  expect(summary.bronze.rows).toBe(670_349 + summary.bronze.inserted - summary.bronze.deleted);
  const touched = summary.bronze.inserted + summary.bronze.changed + summary.bronze.deleted;
  expect(touched / 670_349).toBeGreaterThan(0.005);
  expect(touched / 670_349).toBeLessThan(0.02);
  expect(summary.balances.map(({ gold }) => gold)).toEqual(
    summary.balances.map(({ source }) => source),
  );
  expect(summary.maxMemoryMb).toBeLessThan(1024);
  expect(cpu[0]).toBeLessThan(60);
}, 900_000);

it("has in bronze what the source has, table by table", async () => {
  const out = join(temporaryFolder(), "out");
  await run([...small, "--source", "duckdb", "--out", out]);
  const bronze = openBronze(join(out, "bronze"), () => 0n);
  const counts = countsAt(0.02);
  for (const source of sourceTables) {
    const { name } = source.table;
    expect(await countCurrent(bronze, source), name).toBe(counts.rows(name));
  }
}, 600_000);

it("does nothing where everything is done", async () => {
  const args = [...small, "--source", "duckdb", "--out", join(temporaryFolder(), "out")];
  const first = await run(args);
  const second = await run(args);
  expect(lasting(second)).toEqual(lasting(first));
  expect(second.steps.map(({ step }) => step)).toEqual(["dashboard"]);
}, 600_000);

it("comes to the same by two runs of a day each as by one of two", async () => {
  const folder = temporaryFolder();
  const args = [...small, "--source", "duckdb"];
  const whole = await run([...args, "--day", "2", "--out", join(folder, "whole")]);
  await run([...args, "--out", join(folder, "parts")]);
  const parts = await run([...args, "--day", "2", "--out", join(folder, "parts")]);
  expect(lasting(parts)).toEqual(lasting(whole));
}, 600_000);

describe.each(["postgres", "mysql", "mariadb"])("on %s", (engine) => {
  it("has the same silver and gold as on DuckDB, after each of two days", async (context) => {
    const folder = temporaryFolder();
    const args = [...small, "--source", "duckdb", "--day", "2"];
    const there = await ended(
      startRun([...args, "--engine", engine, "--out", join(folder, "there")]),
    );
    if (there.stderr.startsWith("ERP_ENGINE")) {
      console.warn(there.stderr);
      context.skip();
    }
    expect(there.stderr).toBe("");
    const here = await run([...args, "--out", join(folder, "here")]);
    expect(lasting(JSON.parse(there.stdout) as Summary)).toEqual(lasting(here));
  }, 900_000);
});
