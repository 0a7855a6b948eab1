import type { DeleteUsing, UpdateFrom } from "../dialect.ts";
import { id, joinSql, type Sql, sql } from "../text.ts";

/** `UPDATE … FROM`, of Postgres and DuckDB. */
export function updateFrom({ target, alias, set, from, where }: UpdateFrom): Sql {
  const assignments = set.map(([column, value]) => sql`${id(column)} = ${value}`);
  return sql`UPDATE ${target} AS ${id(alias)} SET ${joinSql(assignments)}
FROM ${from} WHERE ${where}`;
}

/** `DELETE … USING`, of Postgres and DuckDB. */
export function deleteUsing({ target, alias, from, where }: DeleteUsing): Sql {
  return sql`DELETE FROM ${target} AS ${id(alias)} USING ${from} WHERE ${where}`;
}

/** The UPDATE of several tables, of MySQL and MariaDB. */
export function updateJoined({ target, alias, set, from, where }: UpdateFrom): Sql {
  const assignments = set.map(([column, value]) => sql`${id(alias, column)} = ${value}`);
  return sql`UPDATE ${target} AS ${id(alias)}, ${from} SET ${joinSql(assignments)} WHERE ${where}`;
}

/** The DELETE of several tables, of MySQL and MariaDB. */
export function deleteJoined({ target, alias, from, where }: DeleteUsing): Sql {
  return sql`DELETE ${id(alias)} FROM ${target} AS ${id(alias)}, ${from} WHERE ${where}`;
}

/** A TIMESTAMPTZ as a TIMESTAMP in UTC, of Postgres and DuckDB. MySQL has its DATETIME in UTC already. */
export function atUtc(instant: Sql): Sql {
  return sql`(${instant} AT TIME ZONE 'UTC')`;
}

/** What ISO text can say: the moments of Postgres and DuckDB, which have more. */
export const YEARS_1_TO_9999: readonly [bigint, bigint] = [
  -62_135_596_800_000_000n,
  253_402_300_799_999_999n,
];

/** The moments of a DATETIME(6). https://dev.mysql.com/doc/refman/9.4/en/datetime.html */
export const YEARS_1000_TO_9999: readonly [bigint, bigint] = [
  -30_610_224_000_000_000n,
  253_402_300_799_999_999n,
];
