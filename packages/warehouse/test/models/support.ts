import type { SqlSession } from "@lakewright/sql";
import type { Clock } from "../../src/clock.ts";

/** A clock that goes on by a second with every look. */
export function ticking(from = "2026-11-21T12:00:00Z"): Clock {
  let at = new Date(from).getTime();
  return { now: () => new Date((at += 1000)) };
}

/** Rows with their values as text, null staying null: what engines agree on. */
export async function rows(
  session: SqlSession,
  statement: string,
): Promise<Record<string, string | null>[]> {
  const found = await session.query(statement).rows();
  return found.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    ),
  );
}
