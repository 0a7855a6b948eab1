import { date, timestamp } from "@lakewright/core";
import { bind, type Sql } from "@lakewright/sql";

/** Microseconds since 1970 as a bound timestamp with zone. */
export function bindMicros(micros: bigint): Sql {
  return bind(micros, timestamp("us").type);
}

/** A "YYYY-MM-DD" as a bound date. */
export function bindDay(day: string): Sql {
  return bind(day, date().type);
}
