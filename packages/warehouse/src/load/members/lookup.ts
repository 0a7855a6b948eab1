import type { Table } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { dayOfMicros } from "../../define/calendar/days.ts";
import type { Fact } from "../../define/fact.ts";
import { VALID_FROM, VALID_TO } from "../../define/names.ts";
import type { Role } from "../../define/references.ts";
import type { Writer } from "../../schema/create.ts";
import { allPresent, columnList } from "../../sql-text.ts";
import { bindDay, bindMicros } from "../../values.ts";
import { MEMBER, SINCE, UNTIL } from "../temporary-tables.ts";
import { dayOf, timeOf } from "./time.ts";

/** The moment at which members with history are looked up: an instant, or a day, of which the last moment counts. */
export interface Moment {
  readonly value: Sql;
  readonly isDay: boolean;
}

/** The moment of the staged rows of a fact; undefined where the versions that are current are meant. */
export function momentOf(
  fact: Fact,
  micros: bigint | undefined,
  alias: string,
): Moment | undefined {
  const { eventTime } = fact;
  if (eventTime === undefined) {
    return micros === undefined ? undefined : { value: bindMicros(micros), isDay: false };
  }
  const isDay = fact.input.columns[eventTime]!.type.kind === "date";
  return { value: id(alias, eventTime), isDay };
}

/** The condition that a member (`alias`) is the one a row names. Days and times are taken of a timestamp, too. */
export function named(
  { dialect }: Writer,
  input: Table,
  role: Role,
  alias: string,
  rows: string = "s",
): Sql {
  const { days, clock, key } = role.dimension;
  const [column] = role.from;
  if (days !== undefined)
    return sql`${id(alias, key[0]!)} = ${dayOf(dialect, input, column!, rows)}`;
  if (clock !== undefined) {
    return sql`${id(alias, key[0]!)} = ${timeOf(dialect, input, column!, rows, clock)}`;
  }
  return joinSql(
    key.map((name, k) => sql`${id(alias, name)} = ${id(rows, role.from[k]!)}`),
    " AND ",
  );
}

/** Whether rows name a member. */
export function isNamed({ from }: Role, rows: string = "s"): Sql {
  return allPresent(from, rows);
}

/**
 * LEFT JOIN of the member each staged row (`s`) refers to; its surrogate key is `<alias>.__member`.
 *
 * @param hint - what stands after the name of a dimension without history, as the `hashing` of a dialect says it
 */
export function lookup(
  writer: Writer,
  input: Table,
  role: Role,
  alias: string,
  moment: Moment | undefined,
  hint: Sql = raw(""),
): Sql {
  const { place } = writer;
  const same = named(writer, input, role, alias);
  const { name, key, surrogateKey, versioning } = role.dimension;
  const members = sql`SELECT ${id(surrogateKey)} AS ${id(MEMBER)}, ${columnList(key)}`;
  const known = sql`FROM ${place.id(name)} WHERE ${id(surrogateKey)} >= 0`;
  if (versioning !== "scd2") {
    const plain = sql`FROM ${place.id(name)} ${hint} WHERE ${id(surrogateKey)} >= 0`;
    return sql`LEFT JOIN (${members} ${plain}) ${id(alias)} ON ${same}`;
  }
  if (moment === undefined) {
    const last = sql`SELECT * FROM (${members}, LEAD(${id(VALID_FROM)}) OVER w AS __next ${known} ${versionsOf(key)}) v WHERE __next IS NULL`;
    return sql`LEFT JOIN (${last}) ${id(alias)} ON ${same}`;
  }
  return sql`LEFT JOIN (${versions(writer, role, moment.isDay)}) ${id(alias)} ON ${same} AND ${holds(alias, moment)}`;
}

/**
 * Every version, with when it counts. A version counts until the next one starts, the first one from ever: an event
 * before it, or while the member had ended, still finds whom it belongs to.
 */
export function versions({ dialect, place }: Writer, { dimension }: Role, isDay: boolean): Sql {
  const { name, key, surrogateKey } = dimension;
  const [first, last] = dialect.instants;
  const bound = (micros: bigint): Sql =>
    isDay ? bindDay(dayOfMicros(micros)) : bindMicros(micros);
  const shown = (instant: Sql): Sql =>
    isDay ? sql`CAST(${dialect.inUtc(instant)} AS DATE)` : instant;
  return sql`SELECT ${id(surrogateKey)} AS ${id(MEMBER)}, ${columnList(key)},
    CASE WHEN ROW_NUMBER() OVER w = 1 THEN ${bound(first)} ELSE ${shown(id(VALID_FROM))} END AS ${id(SINCE)},
    COALESCE(${shown(sql`LEAD(${id(VALID_FROM)}) OVER w`)}, ${bound(last)}) AS ${id(UNTIL)}
  FROM ${place.id(name)} WHERE ${id(surrogateKey)} >= 0 ${versionsOf(key)}`;
}

/**
 * Whether a version counts at a moment. Plain comparisons of columns: an OR or an IS NULL in the condition of a join
 * would make DuckDB compare every pair of rows. The last moment of a day is before the start of a version where the
 * day is before the day of it.
 */
export function holds(alias: string, { value }: Moment): Sql {
  return sql`${id(alias, SINCE)} <= ${value} AND ${value} < ${id(alias, UNTIL)}`;
}

function versionsOf(key: readonly string[]): Sql {
  return sql`WINDOW w AS (PARTITION BY ${columnList(key)} ORDER BY ${id(VALID_FROM)}, CASE WHEN ${id(VALID_TO)} IS NULL THEN 1 ELSE 0 END, ${id(VALID_TO)})`;
}
