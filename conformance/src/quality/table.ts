import {
  bool,
  type Column,
  defineTable,
  float64,
  int64,
  nullable,
  type Table,
  utf8,
} from "@lakewright/core";
import {
  type CheckDefinition,
  type CheckResult,
  type Contract,
  defineContract,
} from "@lakewright/quality";
import { createTable } from "@lakewright/sql";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { CannotRun } from "../suite.ts";

/** Values by column, as the cases have them. */
export type ColumnData = Readonly<Record<string, readonly unknown[]>>;

/** The builder of a contract, of columns that only the case knows. */
export type AnyBuilder = Readonly<
  Record<string, Readonly<Record<string, (...given: unknown[]) => CheckDefinition>>>
> &
  Readonly<Record<`$${string}`, (...given: unknown[]) => CheckDefinition>>;

export interface TypedData {
  readonly table: Table;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Rows of some columns, typed by their values; undefined where one is missing or has values of several types. */
export function typed(data: ColumnData, columns: readonly string[]): TypedData | undefined {
  const names = columns.length > 0 ? [...new Set(columns)] : Object.keys(data).slice(0, 1);
  const found: [string, Column][] = [];
  for (const name of names) {
    const column = data[name] && columnFor(data[name]);
    if (!column) return undefined;
    found.push([name, column]);
  }
  if (found.length === 0) return undefined;
  const rows = data[names[0]!]!.map((_, i) =>
    Object.fromEntries(names.map((name) => [name, data[name]![i] ?? null])),
  );
  return { table: defineTable("data", Object.fromEntries(found)), rows };
}

function columnFor(values: readonly unknown[]): Column | undefined {
  const there = values.filter((value) => value !== null);
  const all = (test: (value: unknown) => boolean): boolean => there.every(test);
  if (all((value) => typeof value === "string")) return nullable(utf8());
  if (all((value) => Number.isSafeInteger(value))) return nullable(int64());
  if (all((value) => typeof value === "number")) return nullable(float64());
  return all((value) => typeof value === "boolean") ? nullable(bool()) : undefined;
}

/** What one check of a contract found, and the values of the rows that failed it. */
export interface Found {
  readonly result: CheckResult;
  readonly failing: readonly Readonly<Record<string, unknown>>[];
}

/** Checks data where a run asked for it: in a database, or as columns in memory. */
export interface Checker {
  check(data: TypedData, make: (t: AnyBuilder) => CheckDefinition, now?: Date): Promise<Found>;
  close(): Promise<void>;
}

/** Throws what the package says against a contract with the check. */
export function define({ table }: TypedData, make: (t: AnyBuilder) => CheckDefinition): Contract {
  return defineContract(table, (t) => [make(t as unknown as AnyBuilder)]);
}

/** The checker of an engine by its name on the command line. */
export function openChecker(name: string): Checker {
  if (name !== "duckdb" && name !== "columns") {
    throw new CannotRun(`There is no engine ${name}; there are duckdb, columns.`);
  }
  const engine: SqlEngine | undefined = name === "duckdb" ? duckdb(":memory:") : undefined;
  return {
    check: async (data, make, now) => {
      const contract = define(data, make);
      if (engine) {
        await engine.execute("DROP TABLE IF EXISTS data");
        await engine.execute(createTable(engine.dialect, "data", data.table));
        await engine.load("data", data.table, data.rows);
      }
      const given = engine ? engine.table("data") : data.rows;
      const run = await contract.check(given as never, { maxFailures: data.rows.length, now });
      const result = run.results.at(-1)!;
      return { result, failing: run.failures(result.id).map(({ values }) => values) };
    },
    close: () => engine?.close() ?? Promise.resolve(),
  };
}
