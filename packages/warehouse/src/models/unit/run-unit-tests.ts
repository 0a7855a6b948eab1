import type { JobOptions } from "@lakewright/core";
import { type Dialect, id, joinSql, type Sql, type SqlEngine, sql } from "@lakewright/sql";
import { assertEngineOrWarehouse } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { assertUnitTests } from "../given.ts";
import type { Warehouse } from "../../warehouse.ts";
import { castSql, typedLiteral, typedNull } from "../cast.ts";
import { compileModel } from "../compile.ts";
import { neutralTarget } from "../project.ts";
import { type Relation, relationTable } from "../relation.ts";
import { expectedRows, rowText } from "./canonical.ts";
import type { GivenRow, UnitTest } from "./unit-test.ts";

/** What a unit test found. */
export interface UnitTestResult {
  readonly name: string;
  readonly model: string;
  readonly passed: boolean;
  /** Expected rows that are not there, and rows that are and were not expected, as text. */
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** The statement that was run. */
  readonly sql: string;
  /** The rows that differ, a line each: "-" expected, "+" given. */
  toString(): string;
}

/** Runs unit tests on an engine. They read nothing but the rows they give and write nothing. */
export async function runUnitTests(
  on: SqlEngine | Warehouse,
  tests: readonly UnitTest[],
  options: Pick<JobOptions, "signal"> = {},
): Promise<UnitTestResult[]> {
  assertKnown("runUnitTests", options, ["signal"]);
  assertEngineOrWarehouse("runUnitTests", on);
  assertUnitTests(tests);
  const engine = "engine" in on ? on.engine : on;
  const results: UnitTestResult[] = [];
  for (const test of tests) {
    const statement = unitSql(engine, test);
    const rows = await engine.query(statement, { signal: options.signal }).rows();
    results.push(compare(test, rows, statement.render(engine.dialect).text));
  }
  return results;
}

/** The model's query with its relations replaced by the rows, its columns of the declared types. */
function unitSql(engine: SqlEngine, test: UnitTest): Sql {
  const { dialect, capabilities } = engine;
  const names = new Map<Relation, Sql>();
  const resolve = (relation: Relation): Sql => {
    const name = names.get(relation) ?? id(`wh_given_${names.size + 1}`);
    names.set(relation, name);
    return name;
  };
  const target = { ...neutralTarget(dialect, capabilities), resolve };
  const { statement } = compileModel(test.model, target);
  const givens = [...names].map(
    ([relation, name]) =>
      sql`${name} AS (\n${rowsSql(dialect, relation, test.given[relation.name] ?? [])}\n)`,
  );
  const columns = test.model.result.fields.map(
    ({ name, column }) => sql`${castSql(dialect, id("q", name), column)} AS ${id(name)}`,
  );
  const query = sql`SELECT ${joinSql(columns)} FROM (\n${statement}\n) AS q`;
  return givens.length === 0 ? query : sql`WITH ${joinSql(givens, ",\n")}\n${query}`;
}

/** Rows as a query, every value and every null of its column's type. */
function rowsSql(dialect: Dialect, relation: Relation, rows: readonly GivenRow[]): Sql {
  const { fields } = relationTable(relation);
  if (rows.length === 0) {
    const nulls = fields.map(
      ({ name, column }) => sql`${typedNull(dialect, column)} AS ${id(name)}`,
    );
    return sql`SELECT * FROM (SELECT ${joinSql(nulls)}) AS none WHERE 1 = 0`;
  }
  const selects = rows.map((row) => {
    const cells = fields.map(
      ({ name, column }) => sql`${typedLiteral(dialect, row[name], column)} AS ${id(name)}`,
    );
    return sql`SELECT ${joinSql(cells)}`;
  });
  return joinSql(selects, "\nUNION ALL\n");
}

function compare(test: UnitTest, rows: readonly GivenRow[], text: string): UnitTestResult {
  const { model, expect } = test;
  const named = new Set(expect.flatMap((row) => Object.keys(row)));
  const fields = model.result.fields.filter((field) => named.size === 0 || named.has(field.name));
  const counts = new Map<string, number>();
  for (const row of expectedRows(test.name, fields, expect)) {
    const key = rowText(fields, row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const row of rows) {
    const key = rowText(fields, row);
    counts.set(key, (counts.get(key) ?? 0) - 1);
  }
  const times = (sign: 1 | -1): string[] =>
    [...counts].flatMap(([key, n]) => Array.from({ length: Math.max(0, n * sign) }, () => key));
  const [missing, unexpected] = [times(1), times(-1)];
  const passed = missing.length + unexpected.length === 0;
  return {
    name: test.name,
    model: model.name,
    passed,
    missing,
    unexpected,
    sql: text,
    toString: () =>
      passed
        ? `passed ${model.name}: ${test.name}`
        : [
            `failed ${model.name}: ${test.name}`,
            ...missing.map((row) => `  - ${row}`),
            ...unexpected.map((row) => `  + ${row}`),
          ].join("\n"),
  };
}
