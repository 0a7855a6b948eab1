import { existsSync, readFileSync } from "node:fs";
import { type CheckDefinition, defineContract } from "@lakewright/quality";
import { createTable } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, describe, expect, it } from "vitest";
import { tableOf } from "./ge-cases.ts";

interface DeequCase {
  readonly id: string;
  readonly metric: string;
  readonly table: string;
  readonly args: { readonly column?: string; readonly columns?: readonly string[] };
  readonly where?: string;
  readonly expected: unknown;
}

const path = new URL("../../../../../shared/data/quality/deequ-cases.json", import.meta.url);
const there = existsSync(path);
if (!there) console.warn("Skipped: the published cases of deequ are not on this machine.");
const file = there
  ? (JSON.parse(readFileSync(path, "utf8")) as {
      tables: Record<string, Record<string, unknown[]>>;
      cases: DeequCase[];
    })
  : { tables: {}, cases: [] };

type Builder = Record<string, Record<string, (...given: unknown[]) => CheckDefinition>> &
  Record<`$${string}`, (...given: unknown[]) => CheckDefinition>;

/** Metrics of deequ that are what one of our checks observes. */
const METRICS: Readonly<
  Record<string, (t: Builder, columns: readonly string[]) => CheckDefinition>
> = {
  Size: (t) => t.$rowCount!({ min: 0 }),
  Completeness: (t, [column]) => t[column!]!["notNull"]!(),
  Uniqueness: (t, columns) => t.$unique!(columns),
  Mean: (t, [column]) => t[column!]!["mean"]!({ min: 0 }),
  Sum: (t, [column]) => t[column!]!["sum"]!({ min: 0 }),
  CountDistinct: (t, columns) => t[columns[0]!]!["distinctCount"]!({ min: 0 }),
  ApproxCountDistinct: (t, [column]) => t[column!]!["distinctCount"]!({ min: 0 }),
};

const mapped = file.cases.flatMap((deequ) => {
  const metric = METRICS[deequ.metric];
  if (!metric || deequ.where !== undefined || typeof deequ.expected !== "number") return [];
  const columns =
    deequ.args.columns ?? (deequ.args.column === undefined ? [] : [deequ.args.column]);
  if (deequ.metric === "CountDistinct" && columns.length > 1) return [];
  const data = tableOf(file.tables[deequ.table]!, columns);
  return data ? [{ deequ, metric, columns, ...data }] : [];
});

const engine = duckdb(":memory:");
afterAll(() => engine.close());

describe.skipIf(!there)("the metrics of deequ", () => {
  it("have counterparts", () => {
    expect(mapped.length).toBeGreaterThanOrEqual(10);
  });

  it.each(mapped)(
    "$deequ.metric of $deequ.table ($deequ.id)",
    async ({ deequ, metric, columns, table, rows }) => {
      const contract = defineContract(table as never, (t) => [
        metric(t as unknown as Builder, columns),
      ]);
      await engine.execute("DROP TABLE IF EXISTS data");
      await engine.execute(createTable(engine.dialect, "data", table));
      await engine.load("data", table, rows);
      for (const data of [rows, engine.table("data")]) {
        const run = await contract.check(data as never);
        expect(Number(run.results[0]!.observed)).toBeCloseTo(deequ.expected as number, 10);
      }
    },
  );
});
