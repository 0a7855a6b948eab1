import { id, type SqlEngine, sql } from "@lakewright/sql";
import { microsOfValue } from "../../instant.ts";
import type { SourceDialect } from "../sources/source-dialect.ts";

/** What time it is at the source; microseconds since 1970. */
export async function readClock(
  engine: SqlEngine,
  { clock }: SourceDialect,
  signal: AbortSignal | undefined,
): Promise<bigint> {
  const { now } = await engine.query(sql`SELECT ${clock} AS ${id("now")}`, { signal }).row();
  return microsOfValue(now)!;
}
