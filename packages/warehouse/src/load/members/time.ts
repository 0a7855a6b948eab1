import { type Dialect, id, type Sql, sql } from "@lakewright/sql";
import type { Table } from "@lakewright/core";
import type { ClockFace } from "../../define/calendar/clock-face.ts";

/** The day a column of the rows (`alias`) names; of a timestamp with zone, the day in UTC. */
export function dayOf(dialect: Dialect, input: Table, column: string, alias: string): Sql {
  const { type } = input.columns[column]!;
  if (type.kind !== "timestamp") return id(alias, column);
  return sql`CAST(${wallClock(dialect, input, column, alias)} AS DATE)`;
}

/** The time of day a column of the rows names, as "HH:MM:SS" of the clock's grain. */
export function timeOf(
  dialect: Dialect,
  input: Table,
  column: string,
  alias: string,
  face: ClockFace,
): Sql {
  const { type } = input.columns[column]!;
  const text =
    type.kind === "timestamp"
      ? sql`SUBSTRING(CAST(${wallClock(dialect, input, column, alias)} AS CHAR(30)), 12, 8)`
      : id(alias, column);
  return face.grain === "second" ? text : sql`CONCAT(SUBSTRING(${text}, 1, 5), ':00')`;
}

function wallClock(dialect: Dialect, input: Table, column: string, alias: string): Sql {
  const { type } = input.columns[column]!;
  const given = id(alias, column);
  return type.kind === "timestamp" && type.utc ? dialect.inUtc(given) : given;
}
