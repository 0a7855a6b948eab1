import { id, joinSql, raw, type SqlEngine, sql } from "@lakewright/sql";
import { star } from "../silver/star/star.ts";

/** The dimensions and facts of silver. */
export const silverTables: readonly string[] = Object.values(star).map(({ name }) => name);

/** Rows of tables, by their names. */
export async function rowsIn(
  engine: SqlEngine,
  names: readonly string[],
): Promise<Record<string, number>> {
  const statement = joinSql(
    names.map(
      (name) =>
        sql`SELECT ${raw(engine.dialect.literal(name))} AS name, COUNT(*) AS n FROM ${id(name)}`,
    ),
    " UNION ALL ",
  );
  const rows = await engine.query(statement).rows();
  const counts = new Map(rows.map(({ name, n }) => [String(name), Number(n)]));
  return Object.fromEntries(names.map((name) => [name, counts.get(name) ?? 0]));
}
