import { float64, showValue } from "@lakewright/core";
import { type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalid } from "../../options.ts";
import { latestName } from "../../schema/views.ts";
import type { TypedColumn } from "../../typed-batch.ts";
import { measureColumn, type Metrics, momentColumn, noMeasure } from "../define/metrics.ts";
import type { MetricsQuery } from "../define/metrics-query.ts";
import { filterSql, rangeSql } from "./filter.ts";
import {
  countedRoles,
  firstVersions,
  lastMoment,
  measureSql,
  measuresWithin,
  memberOf,
} from "./measure-sql.ts";
import { aliasOf, FACT, type Resolved, resolveDimension, resolveGrain } from "./resolve.ts";
import { assertShape } from "./shape.ts";

/** Where a table of the star is. */
export type PathOf = (table: string) => readonly string[];

/** A question as SQL. */
export interface CompiledQuery {
  readonly sql: Sql;
  /** The columns of the answer; of an expression, only the engine knows the type. */
  readonly columns: readonly TypedColumn[];
  /** Tables it reads: the fact and the dimensions it needs. */
  readonly tables: readonly string[];
}

/**
 * Compiles a question: one pass over the fact, joined to the dimensions it needs, so that no fact counts twice.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION naming what is not there.
 */
export function compileQuery(
  dialect: Dialect,
  pathOf: PathOf,
  of: Metrics,
  query: MetricsQuery,
): CompiledQuery {
  const { fact } = of;
  assertShape(`A query of "${fact.name}"`, query);
  const { measures, by = [], where = {}, having = {} } = query;
  for (const name of [...measures, ...Object.keys(having)]) {
    if (!Object.hasOwn(of.measures, name)) throw noMeasure(of, name);
  }
  if (measures.length === 0) throw invalid(`A query of "${fact.name}" asks for no measure.`);
  const groups = by.map((it) =>
    typeof it === "object" ? resolveGrain(of, dialect, it) : resolveDimension(of, it),
  );
  const names = [...groups.map((group) => group.name), ...measures];
  // Some engines take names that differ by case for one.
  const folded = names.map((name) => name.toLowerCase());
  const twice = names.find((_, k) => folded.indexOf(folded[k]!) !== k);
  if (twice !== undefined) throw invalid(`A query of "${fact.name}" gives "${twice}" twice.`);

  const filters = Object.entries(where)
    .filter(([, filter]) => filter !== undefined)
    .map(([name, filter]) => {
      const found = resolveDimension(of, name);
      return { found, sql: filterSql(name, found.sql, found.column.type, filter!) };
    });
  const asked = measuresWithin(of, [...measures, ...Object.keys(having)]);
  const counted = countedRoles(of, asked);
  const needed = new Set([...groups, ...filters.map(({ found }) => found)].map(({ role }) => role));
  const rows = rowsSql(dialect, pathOf, of, {
    groups,
    filters: filters.map((filter) => filter.sql),
    asked,
    counted: counted.map((role) => role.name),
    joined: fact.roles.filter((role) => needed.has(role.name)).map((role) => role.name),
  });
  const grouped = groups.flatMap((group, k) =>
    keysOf(group).map((_, part) => id(FACT, keyAlias(group, k, part))),
  );
  const selected = [
    ...groups.map((group, k) => sql`${groupValue(group, k)} AS ${id(group.name)}`),
    ...measures.map((name) => sql`${measureSql(dialect, of, name)} AS ${id(name)}`),
  ];
  const aggregated = sql`SELECT ${joinSql(selected, ",\n  ")}
FROM (${rows}) ${id(FACT)}${grouped.length > 0 ? sql`\nGROUP BY ${joinSql(grouped)}` : raw("")}${havingSql(dialect, of, having)}`;
  return {
    sql: sql`SELECT * FROM (${aggregated}) q${orderSql(of, query, groups, names)}`,
    columns: [
      ...groups.map(({ name, column }) => ({ name, column })),
      ...measures.map((name) => ({ name, column: measureColumn(of, name) })),
    ],
    tables: [
      fact.name,
      ...fact.roles
        .filter((role) => needed.has(role.name) || counted.includes(role))
        .map((role) => role.dimension.name),
    ],
  };
}

/** The facts a question is about, each once, with what it is grouped by. */
function rowsSql(
  dialect: Dialect,
  pathOf: PathOf,
  of: Metrics,
  parts: {
    readonly groups: readonly Resolved[];
    readonly filters: readonly Sql[];
    readonly asked: readonly string[];
    readonly counted: readonly string[];
    readonly joined: readonly string[];
  },
): Sql {
  const { fact } = of;
  const source = fact.snapshot !== undefined && !of.allVersions ? latestName(fact) : fact.name;
  const selected: Sql[] = [sql`${id(FACT)}.*`];
  const joins: Sql[] = [];
  for (const role of fact.roles) {
    const table = id(...pathOf(role.dimension.name));
    if (parts.joined.includes(role.name)) {
      const alias = aliasOf(of, role.name);
      joins.push(
        sql`LEFT JOIN ${table} ${id(alias)} ON ${id(alias, role.dimension.surrogateKey)} = ${id(FACT, role.column)}`,
      );
    }
    if (parts.counted.includes(role.name)) {
      const alias = `c_${aliasOf(of, role.name)}`;
      joins.push(
        sql`LEFT JOIN (${firstVersions(role, table)}) ${id(alias)} ON ${id(alias, "__version")} = ${id(FACT, role.column)}`,
      );
      selected.push(sql`${id(alias, memberOf(role.name))}`);
    }
  }
  parts.groups.forEach((group, k) => {
    selected.push(sql`${group.sql} AS ${id(groupAlias(k))}`);
    for (const [part, key] of (group.grouping?.keys ?? []).entries()) {
      selected.push(sql`${key} AS ${id(keyAlias(group, k, part))}`);
    }
  });
  for (const name of parts.asked) {
    const measure = of.measures[name]!;
    if (measure.kind !== "last") continue;
    const window =
      parts.groups.length === 0
        ? raw("")
        : sql`PARTITION BY ${joinSql(parts.groups.flatMap(keysOf))}`;
    selected.push(
      sql`MAX(${id(FACT, momentColumn(fact, measure.over))}) OVER (${window}) AS ${id(lastMoment(name))}`,
    );
  }
  const condition =
    parts.filters.length === 0 ? raw("") : sql`\nWHERE ${joinSql(parts.filters, "\n  AND ")}`;
  return sql`SELECT ${joinSql(selected)}
FROM ${id(...pathOf(source))} ${id(FACT)}${joins.length > 0 ? sql`\n${joinSql(joins, "\n")}` : raw("")}${condition}`;
}

function groupAlias(k: number): string {
  return `__by${k}`;
}

/** What rows are grouped by for a dimension or a step of time. */
function keysOf({ sql, grouping }: Resolved): readonly Sql[] {
  return grouping?.keys ?? [sql];
}

function keyAlias({ grouping }: Resolved, k: number, part: number): string {
  return grouping === undefined ? groupAlias(k) : `${groupAlias(k)}_${part}`;
}

function groupValue({ grouping }: Resolved, k: number): Sql {
  const column = id(FACT, groupAlias(k));
  return grouping === undefined ? column : grouping.ofGroup(sql`MIN(${column})`);
}

function havingSql(dialect: Dialect, of: Metrics, having: object): Sql {
  const parts = Object.entries(having)
    .filter(([, range]) => range !== undefined)
    .map(([name, range]) => {
      const type = measureColumn(of, name)?.type ?? float64().type;
      return rangeSql(name, measureSql(dialect, of, name), type, range as object);
    });
  return parts.length === 0 ? raw("") : sql`\nHAVING ${joinSql(parts, " AND ")}`;
}

/** Nulls last on every engine. */
function orderSql(
  of: Metrics,
  { orderBy, limit }: MetricsQuery,
  groups: readonly Resolved[],
  names: readonly string[],
): Sql {
  const order = orderBy ?? groups.map((group) => group.name);
  const keys = order.map((it) => {
    const { column, descending } = typeof it === "string" ? { column: it, descending: false } : it;
    if (!names.includes(column)) {
      throw invalid(
        `A query of "${of.fact.name}" is sorted by ${showValue(column)}, which it does not give.`,
      );
    }
    const name = id("q", column);
    return sql`CASE WHEN ${name} IS NULL THEN 1 ELSE 0 END, ${name}${raw(descending ? " DESC" : "")}`;
  });
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw invalid(
      `The limit of a query is ${showValue(limit)}.`,
      "Give a whole number, 1 or more.",
    );
  }
  return sql`${keys.length > 0 ? sql`\nORDER BY ${joinSql(keys)}` : raw("")}${raw(limit === undefined ? "" : `\nLIMIT ${limit}`)}`;
}
