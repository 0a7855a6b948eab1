import { Decimal, toBatch } from "@lakewright/core";
import { type CheckDefinition, type ContractBuilder, defineContract } from "@lakewright/quality";
import { createTable, type SqlEngine } from "@lakewright/sql";
import fc from "fast-check";
import { expect } from "vitest";
import { same } from "./naive.ts";
import { mixed, type MixedRow, rows } from "./table.ts";

const checks = (t: ContractBuilder<typeof mixed.columns>): readonly CheckDefinition[] => [
  t.big.sum({ min: 0 }),
  t.big.mean({ max: 10 }),
  t.wide.sum({ min: "0.0000000001" }),
  t.amount.mean({ min: "0.005", minExclusive: true }),
  t.low.stddev({ max: 1.5 }),
  t.amount.stddev({ max: 5e9 }),
  t.price.sum({ min: -1e308 }),
  t.cost.mean({ min: 0 }),
  t.small.stddev({ min: 0 }),
  t.label.distinctCount({ max: 5 }),
  t.price.distinctCount({ min: 1 }),
  t.at.distinctCount({ min: 1 }),
  t.at.freshness({ maxAgeHours: 1 }),
  t.seen.freshness({ maxAgeHours: 0 }),
  t.$rowCount({ min: 3, max: 20 }),
  t.$schema(),
];

const there = <K extends keyof MixedRow>(
  rows: readonly MixedRow[],
  column: K,
): NonNullable<MixedRow[K]>[] =>
  rows.flatMap((row) => (row[column] === null ? [] : [row[column] as NonNullable<MixedRow[K]>]));

function distinct(values: readonly unknown[]): number {
  return values.filter((value, i) => values.findIndex((other) => same(other, value)) === i).length;
}

function exactSum(values: readonly (bigint | string)[]): Decimal {
  return values.reduce<Decimal>((sum, value) => sum.plus(value), new Decimal(0n, 0));
}

/** Standard deviation by its definition, in two passes. */
function stddev(values: readonly number[]): number | null {
  if (values.length < 2 || values.some((value) => !Number.isFinite(value))) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
  );
}

/** What each check should observe, by a naive reading; undefined where only the executors are compared. */
function naive(rows: readonly MixedRow[]): Readonly<Record<string, unknown>> {
  const big = there(rows, "big");
  const wide = there(rows, "wide");
  const at = there(rows, "at");
  const cost = there(rows, "cost");
  const usable = cost.length > 0 && cost.every((value) => Number.isFinite(value));
  return {
    "big.sum": big.length === 0 ? null : String(exactSum(big)),
    "wide.sum": wide.length === 0 ? null : String(exactSum(wide).rescale(10)),
    "low.stddev": stddev(there(rows, "low")),
    "amount.stddev": stddev(there(rows, "amount").map(Number)),
    "small.stddev": stddev(there(rows, "small")),
    "cost.mean": usable ? cost.reduce((sum, value) => sum + value, 0) / cost.length : null,
    "label.distinctCount": distinct(there(rows, "label")),
    "price.distinctCount": distinct(there(rows, "price")),
    "at.distinctCount": distinct(at),
    "at.freshness": at.length === 0 ? null : Number(-at.reduce((a, b) => (a > b ? a : b))) / 3.6e9,
    rowCount: rows.length,
    schema: "as defined",
  };
}

/** Summaries are the same in batches, on the engine and by hand: exact ones to the digit, doubles within rounding. */
export async function expectSameSummaries(engine: SqlEngine, runs: number): Promise<void> {
  await engine.execute(createTable(engine.dialect, "summed", mixed));
  // A sum of more than 38 digits is an error of the engine, not a verdict.
  const summable: fc.Arbitrary<MixedRow[]> = rows.map((rows) =>
    rows.map((row) => (row.wide?.startsWith("9999") ? { ...row, wide: "-1.5" as const } : row)),
  );
  await fc.assert(
    fc.asyncProperty(summable, async (rows) => {
      await engine.execute("DELETE FROM summed");
      await engine.load("summed", mixed, rows as never);
      const contract = defineContract(mixed, checks);
      const half = rows.length >> 1;
      const batches = [rows.slice(0, half), rows.slice(half)].map((part) =>
        toBatch(mixed, part as never),
      );
      const inBatches = await contract.check(batches, { now: 0n });
      const onEngine = await contract.check(engine.table("summed"), { now: 0n });
      const expected = naive(rows);
      inBatches.results.forEach((result, k) => {
        const other = onEngine.results[k]!;
        expect({ ...other, observed: 0 }).toEqual({ ...result, observed: 0 });
        expectNear(other.observed, result.observed, result.id);
        if (expected[result.id] !== undefined)
          expectNear(result.observed, expected[result.id], result.id);
      });
    }),
    { numRuns: runs, seed: 23 },
  );
}

function expectNear(given: unknown, wanted: unknown, id: string): void {
  if (typeof given !== "number" || typeof wanted !== "number") {
    expect(given, id).toBe(wanted);
    return;
  }
  expect(Math.abs(given - wanted), id).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}
