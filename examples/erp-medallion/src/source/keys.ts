import { joinSql, raw, type Sql, sql } from "@lakewright/sql";

/** Keys for `IN (…)`; numbers are written out, since thousands of parameters take longer than what is asked. */
export function keysOf(keys: readonly unknown[]): Sql {
  return joinSql(
    keys.map((key) =>
      typeof key === "bigint" || Number.isSafeInteger(key) ? raw(String(key)) : sql`${key}`,
    ),
  );
}
