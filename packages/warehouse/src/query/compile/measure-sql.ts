import { float64 } from "@lakewright/core";
import { type Dialect, id, raw, type Sql, sql } from "@lakewright/sql";
import type { FactRole } from "../../define/fact.ts";
import { columnList } from "../../sql-text.ts";
import type { Measure } from "../define/measures.ts";
import { measureColumn, type Metrics, momentColumn } from "../define/metrics.ts";
import { FACT } from "./resolve.ts";

/** The last moment of a group, of each measure that is a level. */
export function lastMoment(name: string): string {
  return `__last_${name}`;
}

/** The member of a role, whatever the version, for counting members. */
export function memberOf(role: string): string {
  return `__member_${role}`;
}

/** A measure as an aggregate over the rows called `f`, in the type it has on every engine. */
export function measureSql(dialect: Dialect, of: Metrics, name: string): Sql {
  const measure = of.measures[name]!;
  const column = measureColumn(of, name);
  const value = plainMeasure(dialect, of, name, measure);
  return column === undefined || measure.kind === "ratio" ? value : dialect.cast(value, column);
}

function plainMeasure(dialect: Dialect, of: Metrics, name: string, measure: Measure): Sql {
  switch (measure.kind) {
    case "expression":
      return measure.sql;
    case "last":
      return sql`SUM(CASE WHEN ${id(FACT, momentColumn(of.fact, measure.over))} = ${id(FACT, lastMoment(name))} THEN ${id(FACT, measure.column)} END)`;
    case "ratio": {
      const part = (other: string): Sql => dialect.cast(measureSql(dialect, of, other), float64());
      return sql`(${part(measure.numerator)} / NULLIF(${part(measure.denominator)}, 0))`;
    }
    case "aggregate":
      return aggregateSql(dialect, of, measure);
  }
}

function aggregateSql(
  dialect: Dialect,
  of: Metrics,
  { name, column, where }: Extract<Measure, { kind: "aggregate" }>,
): Sql {
  const role =
    name === "countDistinct" ? of.fact.roles.find((it) => it.name === column) : undefined;
  const value =
    role !== undefined
      ? id(FACT, memberOf(role.name))
      : column === undefined
        ? raw("1")
        : id(FACT, column);
  const counted = where === undefined ? value : sql`CASE WHEN ${where} THEN ${value} END`;
  switch (name) {
    case "count":
      return sql`COUNT(${counted})`;
    case "countDistinct":
      return sql`COUNT(DISTINCT ${counted})`;
    case "sum":
      return sql`SUM(${counted})`;
    case "min":
      return sql`MIN(${counted})`;
    case "max":
      return sql`MAX(${counted})`;
    case "avg":
      return sql`AVG(${dialect.cast(counted, float64())})`;
  }
}

/** Roles whose members a measure counts. */
export function countedRoles(of: Metrics, names: readonly string[]): FactRole[] {
  return of.fact.roles.filter((role) =>
    names.some((name) => {
      const measure = of.measures[name]!;
      return (
        measure.kind === "aggregate" &&
        measure.name === "countDistinct" &&
        measure.column === role.name
      );
    }),
  );
}

/** The measures and those they are made of. */
export function measuresWithin(of: Metrics, names: readonly string[]): string[] {
  const parts = names.flatMap((name) => {
    const measure = of.measures[name]!;
    return measure.kind === "ratio" ? [measure.numerator, measure.denominator] : [];
  });
  return [...new Set([...names, ...parts])];
}

/** Each version of the members of a role and the one they are counted as: the first. */
export function firstVersions(role: FactRole, table: Sql): Sql {
  const { key, surrogateKey, versioning } = role.dimension;
  const own = id(surrogateKey);
  const keys = columnList(key);
  const first = versioning === "scd2" ? sql`MIN(${own}) OVER (PARTITION BY ${keys})` : own;
  return sql`SELECT ${own} AS ${id("__version")}, ${first} AS ${id(memberOf(role.name))} FROM ${table} WHERE ${own} > 0`;
}
