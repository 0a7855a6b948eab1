import { id, type SqlSession, sql } from "@lakewright/sql";
import { timesOf } from "../define/calendar/clock-face.ts";
import type { Dimension } from "../define/dimension.ts";
import type { Place } from "../schema/place.ts";
import { keyedTable } from "./keyed-table.ts";

/** Adds those of the times of a clock that are missing: all of them, the first time. */
export async function addTimes(
  session: SqlSession,
  place: Place,
  dimension: Dimension,
): Promise<void> {
  const { name, surrogateKey, clock } = dimension;
  const rows = await session
    .query(
      sql`SELECT ${id(surrogateKey)} AS clock_key FROM ${place.id(name)} WHERE ${id(surrogateKey)} >= 0`,
    )
    .rows();
  const present = new Set(rows.map((row) => row["clock_key"]));
  const missing = [...timesOf(clock!)]
    .filter(({ key }) => !present.has(key))
    .map(({ key, ...time }) => ({ [surrogateKey]: key, ...time }));
  if (missing.length > 0) await session.load(place.path(name), keyedTable(dimension), missing);
}
