import { showValue } from "@lakewright/core";
import { type Dialect, duckdbDialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalidDefinition } from "../define/names.ts";
import { assertKnown, assertOneOf } from "../options.ts";
import { allPresent, columnList } from "../sql-text.ts";
import { inlineText } from "./cast.ts";
import type { Relation } from "./relation.ts";

/** Of which rows a test asks, and what its failure means. */
export interface TestOptions {
  /** "error" (default) keeps what was there and skips the model's descendants; "warn" is reported only. */
  readonly severity?: "error" | "warn" | undefined;
  /** Default: said from what is tested. */
  readonly name?: string | undefined;
  /** Rows that are tested. Default all. */
  readonly where?: Sql | undefined;
  /** Failing rows that are kept with the result. Default 5. */
  readonly samples?: number | undefined;
}

/** What a test is run with. */
interface TestScope {
  readonly dialect: Dialect;
  /** The rows of the model, as a table with the alias `m`. */
  readonly rows: Sql;
  readonly where: Sql | undefined;
  readonly ref: (relation: Relation) => Sql;
}

/** A statement about the rows of a model. `N` are the columns it names. */
export interface ModelTest<N extends string = string> {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly N[];
  /** A relation the test reads; it runs before the model. */
  readonly reads: readonly Relation[];
  /** The column of the relation it reads. */
  readonly target?: string | undefined;
  readonly severity: "error" | "warn";
  readonly samples: number;
  /** A query of the rows that fail; none means the test passes. */
  readonly failing: (scope: TestScope) => Sql;
}

/** No two rows have the same values in the columns; rows with a null in one of them are left aside, as indexes do. */
export function unique<const N extends string>(
  columns: N | readonly N[],
  options: TestOptions = {},
): ModelTest<N> {
  const names: readonly N[] = typeof columns === "string" ? [columns] : columns;
  const list = columnList(names);
  const present = allPresent(names);
  return test("unique", names, options, `unique ${names.join(", ")}`, (scope) => {
    return sql`SELECT ${list}, count(*) AS times FROM ${scope.rows} WHERE ${all([present, scope.where])}
GROUP BY ${list} HAVING count(*) > 1`;
  });
}

/** The column has no null. */
export function notNull<const N extends string>(
  column: N,
  options: TestOptions = {},
): ModelTest<N> {
  return test("notNull", [column], options, `${column} not null`, (scope) => {
    return sql`SELECT * FROM ${scope.rows} WHERE ${all([sql`${id(column)} IS NULL`, scope.where])}`;
  });
}

/** Every value that is not null is one of those. */
export function acceptedValues<const N extends string>(
  column: N,
  values: readonly (string | number | bigint | boolean)[],
  options: TestOptions = {},
): ModelTest<N> {
  if (values.length === 0)
    throw invalidDefinition(`acceptedValues("${column}", []) accepts nothing.`);
  const shown = values.map(showValue).join(", ");
  return test("acceptedValues", [column], options, `${column} in ${shown}`, (scope) => {
    const list = joinSql(values.map((value) => sql`${value}`));
    return sql`SELECT * FROM ${scope.rows} WHERE ${all([sql`${id(column)} NOT IN (${list})`, scope.where])}`;
  });
}

/** Every value that is not null occurs in the other relation's column. */
export function relationships<const N extends string>(
  column: N,
  to: Relation,
  toColumn: string,
  options: TestOptions = {},
): ModelTest<N> {
  const name = `${column} refers to ${to.name}.${toColumn}`;
  const result = test("relationships", [column], options, name, (scope) => {
    const found = sql`SELECT 1 FROM ${scope.ref(to)} p WHERE ${id("p", toColumn)} = ${id("m", column)}`;
    return sql`SELECT m.* FROM ${scope.rows} WHERE ${all([sql`${id("m", column)} IS NOT NULL`, sql`NOT EXISTS (${found})`, scope.where])}`;
  });
  return { ...result, reads: [to], target: toColumn };
}

/** The condition, over the model's columns, is true for every row; null counts as true, as in a CHECK. */
export function expression(condition: Sql, options: TestOptions = {}): ModelTest<never> {
  const text = inlineText(duckdbDialect, condition).replaceAll(/\s+/g, " ");
  const name = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return test("expression", [], options, name, (scope) => {
    return sql`SELECT * FROM ${scope.rows} WHERE ${all([sql`NOT (${condition})`, scope.where])}`;
  });
}

/** How many rows there may be. */
export interface RowCountBounds {
  /** Rows at least. Default 0. */
  readonly min?: number | undefined;
  /** Rows at most. Default: any number. */
  readonly max?: number | undefined;
}

/** The model has so many rows; both bounds are included. */
export function rowCount(bounds: RowCountBounds, options: TestOptions = {}): ModelTest<never> {
  assertKnown("rowCount", bounds, ["min", "max"], "WAREHOUSE_INVALID_DEFINITION");
  const { min = 0, max } = bounds;
  for (const bound of [min, max ?? 0]) {
    if (Number.isInteger(bound) && bound >= 0) continue;
    throw invalidDefinition(`rowCount: ${bound} is no number of rows.`);
  }
  const name = max === undefined ? `at least ${min} rows` : `${min} to ${max} rows`;
  return test("rowCount", [], options, name, (scope) => {
    const above = max === undefined ? raw("") : raw(` OR count(*) > ${max}`);
    return sql`SELECT count(*) AS row_count FROM ${scope.rows} WHERE ${all([scope.where])}
HAVING count(*) < ${raw(String(min))}${above}`;
  });
}

function test<N extends string>(
  kind: string,
  columns: readonly N[],
  options: TestOptions,
  name: string,
  failing: (scope: TestScope) => Sql,
): ModelTest<N> {
  const known = ["severity", "name", "where", "samples"];
  assertKnown(kind, options, known, "WAREHOUSE_INVALID_DEFINITION");
  const { severity = "error", samples = 5, where } = options;
  assertOneOf("severity", severity, ["error", "warn"]);
  if (!Number.isInteger(samples) || samples < 0) {
    throw invalidDefinition(`samples of ${kind} is ${samples}, no number of rows.`);
  }
  return Object.freeze({
    name: options.name ?? name,
    kind,
    columns,
    reads: [],
    severity,
    samples,
    failing: (scope: TestScope) => failing({ ...scope, where }),
  });
}

function all(conditions: readonly (Sql | undefined)[]): Sql {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0
    ? raw("TRUE")
    : joinSql(
        given.map((condition) => sql`(${condition})`),
        " AND ",
      );
}
