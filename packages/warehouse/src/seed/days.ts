import { id, type SqlSession, sql } from "@lakewright/sql";
import { dateKey, dayDescriber } from "../define/calendar/days.ts";
import type { Dimension } from "../define/dimension.ts";
import type { Place } from "../schema/place.ts";
import { keyedTable } from "./keyed-table.ts";

/** Adds those of the days that a calendar does not have yet, and says how many. */
export async function addDays(
  session: SqlSession,
  place: Place,
  calendar: Dimension,
  days: Iterable<string>,
): Promise<number> {
  const wanted = [...new Set(days)];
  if (wanted.length === 0) return 0;
  const there = await session
    .query(sql`SELECT ${id(calendar.surrogateKey)} AS day_key FROM ${place.id(calendar.name)}`)
    .rows();
  const present = new Set(there.map((row) => row["day_key"] as bigint));
  const missing = wanted.filter((day) => !present.has(dateKey(day)));
  if (missing.length === 0) return 0;
  const describe = dayDescriber(calendar.days!);
  const described = missing.map((day) => ({
    [calendar.surrogateKey]: dateKey(day),
    ...describe(day),
  }));
  const { rows } = await session.load(place.path(calendar.name), keyedTable(calendar), described);
  return rows;
}
