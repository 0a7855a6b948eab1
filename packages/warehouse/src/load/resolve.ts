import {
  type Column,
  type Field,
  int64,
  nullable,
  tableFromFields,
  type Table,
  utf8,
} from "@lakewright/core";
import { createTable, type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Fact, FactRole } from "../define/fact.ts";
import {
  IS_CURRENT,
  IS_INFERRED,
  PROBLEM,
  ROW,
  UNKNOWN_KEY,
  VALID_FROM,
  VALID_TO,
} from "../define/names.ts";
import { columnList } from "../schema/create.ts";
import type { Place } from "../schema/place.ts";
import { columnsOf, equal, RESOLVED, STAGE } from "./stage.ts";
import type { Step } from "./step.ts";
import { bindMicros } from "./values.ts";

/** Columns of look-ups; no column of a definition is called so. */
const MEMBER = "__member";
const COUNTS_SINCE = "__since";
const COUNTS_UNTIL = "__until";

/** What a fact load is asked for. */
export interface FactRequest {
  readonly mode: "upsert" | "append";
  readonly unknownMembers: "infer" | "unknown" | "reject";
  readonly snapshot: { readonly date: string; readonly version: number } | undefined;
  /** The moment at which members with history are looked up, where it is one for all rows. */
  readonly micros: bigint | undefined;
}

/** Adds a member for every natural key of a role that has none. */
export function inferMembers(place: Place, role: FactRole): Step {
  const { name, key, surrogateKey, versioning } = role.dimension;
  const history = versioning === "scd2";
  const given = joinSql(key.map((column, k) => sql`${id("s", role.from[k]!)} AS ${id(column)}`));
  const present = joinSql(
    role.from.map((column) => sql`${id("s", column)} IS NOT NULL`),
    " AND ",
  );
  const columns = columnList([...key, ...(history ? [VALID_FROM, IS_CURRENT] : []), IS_INFERRED]);
  const values = history ? sql`, ${bindMicros(0n)}, TRUE, TRUE` : raw(", TRUE");
  return {
    name: `infer members of ${name} for role ${role.name}`,
    sql: sql`INSERT INTO ${place.id(name)} (${columns})
SELECT ${columnsOf("g", key)}${values}
FROM (SELECT DISTINCT ${given} FROM ${id(STAGE)} s WHERE ${present}) g
LEFT JOIN (SELECT DISTINCT ${columnList(key)} FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0) t ON ${equal("g", "t", key)}
WHERE ${id("t", key[0]!)} IS NULL
ORDER BY ${columnsOf("g", key)}`,
  };
}

/** The days a calendar role names. */
export function namedDays(fact: Fact, role: FactRole): Step {
  const day = dayOf(fact, role.from[0]!);
  return {
    name: `days of role ${role.name}`,
    sql: sql`SELECT DISTINCT ${day} AS day FROM ${id(STAGE)} s WHERE ${id("s", role.from[0]!)} IS NOT NULL`,
  };
}

/**
 * A fact that is there keeps the version it refers to, where it is one of the same member and nothing says when the event
 * was: otherwise loading a fact again would move it to the version that is current now.
 */
function keepVersions(place: Place, fact: Fact, request: FactRequest): Step[] {
  if (request.mode !== "upsert" || request.snapshot !== undefined) return [];
  if (momentOf(fact, request) !== undefined) return [];
  return fact.roles
    .filter(({ dimension, column }) => {
      return dimension.versioning === "scd2" && !fact.grain.includes(column);
    })
    .map(({ dimension, column, name }) => {
      const { surrogateKey, key } = dimension;
      const found = id(RESOLVED, column);
      return {
        name: `keep the versions facts refer to in role ${name}`,
        sql: sql`UPDATE ${id(RESOLVED)} SET ${id(column)} = ${id("f", column)}
FROM ${place.id(fact.name)} f, ${place.id(dimension.name)} a, ${place.id(dimension.name)} b
WHERE ${equal("f", RESOLVED, fact.grain)} AND ${id("f", column)} <> ${found}
AND ${id("a", surrogateKey)} = ${id("f", column)} AND ${id("b", surrogateKey)} = ${found} AND ${equal("a", "b", key)}`,
      };
    });
}

/** The staged rows with surrogate keys instead of natural ones, as they will be stored. */
export function resolveSteps(
  dialect: Dialect,
  place: Place,
  fact: Fact,
  request: FactRequest,
): Step[] {
  const { roles, own } = fact;
  const ownNames = own.map((field) => field.name);
  const unknown = sql`CAST(${raw(String(UNKNOWN_KEY))} AS ${raw(dialect.columnType(int64()))})`;
  const keys = roles.map((role, k) => sql`COALESCE(${id(`r${k}`, MEMBER)}, ${unknown})`);
  const joins = roles.map((role, k) => lookup(place, fact, role, `r${k}`, request));
  const missing = roles
    .map((role, k) => ({ role, alias: `r${k}` }))
    .filter(({ role }) => role.dimension.days === undefined)
    .map(({ role, alias }) => {
      const present = role.from.map((column) => sql`${id("s", column)} IS NOT NULL`);
      return joinSql([sql`${id(alias, MEMBER)} IS NULL`, ...present], " AND ");
    });
  const problem =
    request.unknownMembers === "reject" && missing.length > 0
      ? sql`CASE WHEN ${joinSql(
          missing.map((condition) => sql`(${condition})`),
          " OR ",
        )} THEN 'unknown_member' END`
      : raw("NULL");
  const columns = [...roles.map((role) => role.column), ...ownNames];
  return [
    {
      name: "create resolved",
      sql: createTable(dialect, RESOLVED, resolvedTable(fact), { temporary: true }),
    },
    {
      name: "look up surrogate keys",
      sql: sql`INSERT INTO ${id(RESOLVED)} (${columnList([...columns, ROW, PROBLEM])})
SELECT ${joinSql([...keys, ...ownNames.map((name) => id("s", name)), id("s", ROW), problem])}
FROM ${id(STAGE)} s
${joinSql(joins, "\n")}`,
    },
    ...keepVersions(place, fact, request),
  ];
}

function resolvedTable(fact: Fact): Table {
  const fields: Field[] = [
    ...fact.roles.map((role) => ({ name: role.column, column: int64() as Column })),
    ...fact.own,
    { name: ROW, column: int64() },
    { name: PROBLEM, column: nullable(utf8()) },
  ];
  return tableFromFields(RESOLVED, fields);
}

function lookup(
  place: Place,
  fact: Fact,
  role: FactRole,
  alias: string,
  request: FactRequest,
): Sql {
  const { name, key, surrogateKey, versioning, days } = role.dimension;
  if (days !== undefined) {
    const day = dayOf(fact, role.from[0]!);
    return sql`LEFT JOIN (SELECT ${id(surrogateKey)} AS ${id(MEMBER)}, ${id(key[0]!)} FROM ${place.id(name)}) ${id(alias)} ON ${id(alias, key[0]!)} = ${day}`;
  }
  const same = joinSql(
    key.map((column, k) => sql`${id(alias, column)} = ${id("s", role.from[k]!)}`),
    " AND ",
  );
  const members = sql`SELECT ${id(surrogateKey)} AS ${id(MEMBER)}, ${columnList(key)}`;
  const known = sql`FROM ${place.id(name)} WHERE ${id(surrogateKey)} > 0`;
  if (versioning !== "scd2") return sql`LEFT JOIN (${members} ${known}) ${id(alias)} ON ${same}`;
  // A version counts until the next one starts, the first one from ever: an event before it, or while the member had
  // ended, still finds whom it belongs to.
  const window = sql`WINDOW w AS (PARTITION BY ${columnList(key)} ORDER BY ${id(VALID_FROM)}, ${id(VALID_TO)} NULLS LAST)`;
  const moment = momentOf(fact, request);
  if (moment === undefined) {
    const last = sql`SELECT * FROM (${members}, LEAD(${id(VALID_FROM)}) OVER w AS __next ${known} ${window}) v WHERE __next IS NULL`;
    return sql`LEFT JOIN (${last}) ${id(alias)} ON ${same}`;
  }
  // Plain comparisons of columns: an OR or an IS NULL in the condition would make DuckDB compare every pair of rows.
  const versions = sql`${members},
    CASE WHEN ROW_NUMBER() OVER w = 1 THEN CAST('-infinity' AS TIMESTAMPTZ) ELSE ${id(VALID_FROM)} END AS ${id(COUNTS_SINCE)},
    COALESCE(LEAD(${id(VALID_FROM)}) OVER w, CAST('infinity' AS TIMESTAMPTZ)) AS ${id(COUNTS_UNTIL)}
  ${known} ${window}`;
  return sql`LEFT JOIN (${versions}) ${id(alias)} ON ${same} AND ${id(alias, COUNTS_SINCE)} <= ${moment} AND ${moment} < ${id(alias, COUNTS_UNTIL)}`;
}

/** The moment of a row; of a day, its last microsecond. */
function momentOf(fact: Fact, request: FactRequest): Sql | undefined {
  const { eventTime } = fact;
  if (eventTime === undefined) {
    return request.micros === undefined ? undefined : bindMicros(request.micros);
  }
  const column = id("s", eventTime);
  return fact.input.columns[eventTime]!.type.kind === "timestamp"
    ? column
    : sql`((CAST(${column} AS TIMESTAMP) + INTERVAL '86399999999 microseconds') AT TIME ZONE 'UTC')`;
}

/** The day a column of the staged rows names; of a timestamp with zone, the day in UTC. */
function dayOf(fact: Fact, column: string): Sql {
  const { type } = fact.input.columns[column]!;
  if (type.kind !== "timestamp") return id("s", column);
  const local = type.utc ? sql`${id("s", column)} AT TIME ZONE 'UTC'` : id("s", column);
  return sql`CAST(${local} AS DATE)`;
}
