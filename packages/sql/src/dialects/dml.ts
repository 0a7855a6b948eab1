import type { Column, LogicalType } from "@lakewright/core";
import type { DeleteUsing, Overwrite, UpdateFrom } from "../dialect.ts";
import { SqlError } from "../errors.ts";
import { id, joinSql, raw, type Sql, sql } from "../text.ts";

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

/** An INSERT whose rows are all there, of MySQL and MariaDB. */
export function insertOver({ target, same, set, from, where }: Overwrite): Sql {
  const all = [...same, ...set];
  const columns = joinSql(all.map(([column]) => id(column)));
  const assignments = set.map(([column, value]) => sql`${id(column)} = ${value}`);
  return sql`INSERT INTO ${target} (${columns})
SELECT ${joinSql(all.map(([, value]) => value))}
FROM ${from} WHERE ${where}
ON DUPLICATE KEY UPDATE ${joinSql(assignments)}`;
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

/** Rows as a table, of Postgres and DuckDB. */
export function valuesAs(
  alias: string,
  columns: readonly string[],
  rows: readonly (readonly Sql[])[],
): Sql {
  const values = rows.map((row) => sql`(${joinSql(row)})`);
  return sql`(VALUES ${joinSql(values)}) AS ${id(alias)}(${joinSql(columns.map((name) => id(name)))})`;
}

/** Rows as a table, of MySQL and MariaDB, which write VALUES in two ways. */
export function selectsAs(
  alias: string,
  columns: readonly string[],
  rows: readonly (readonly Sql[])[],
): Sql {
  const selects = rows.map(
    (row) => sql`SELECT ${joinSql(row.map((value, k) => sql`${value} AS ${id(columns[k]!)}`))}`,
  );
  return sql`(${joinSql(selects, " UNION ALL ")}) AS ${id(alias)}`;
}

/** The first day of a step of time, of Postgres and DuckDB. */
export function truncateDay(unit: "week" | "month" | "quarter" | "year", day: Sql): Sql {
  return sql`CAST(date_trunc(${raw(`'${unit}'`)}, CAST(${day} AS TIMESTAMP)) AS DATE)`;
}

/** The first day of a step of time, of MySQL and MariaDB, which have no date_trunc. */
export function firstDay(unit: "week" | "month" | "quarter" | "year", day: Sql): Sql {
  switch (unit) {
    case "week":
      return sql`DATE_SUB(${day}, INTERVAL WEEKDAY(${day}) DAY)`;
    case "month":
      return sql`DATE_SUB(${day}, INTERVAL DAYOFMONTH(${day}) - 1 DAY)`;
    case "quarter":
      return sql`DATE_ADD(MAKEDATE(YEAR(${day}), 1), INTERVAL QUARTER(${day}) - 1 QUARTER)`;
    case "year":
      return sql`MAKEDATE(YEAR(${day}), 1)`;
  }
}

/** A cast, of MySQL and MariaDB: its types are not those of columns. */
export function castToMySql(value: Sql, { type }: Column): Sql {
  return sql`CAST(${value} AS ${raw(castType(type))})`;
}

function castType(type: LogicalType): string {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "int32":
    case "int64":
    case "bool":
      return "SIGNED";
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
      return "UNSIGNED";
    case "float32":
    case "float64":
      return "DOUBLE";
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "utf8":
    case "oneOf":
      return "CHAR";
    case "binary":
      return "BINARY";
    case "date":
      return "DATE";
    case "timestamp":
      return "DATETIME(6)";
    default:
      throw new SqlError("SQL_UNSUPPORTED", `MySQL has no type to cast a ${type.kind} to.`);
  }
}
