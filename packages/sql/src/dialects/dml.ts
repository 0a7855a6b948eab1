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
