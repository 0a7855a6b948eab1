import { id, type SqlSession, sql } from "@lakewright/sql";
import type { StarTable } from "../define/star-table.ts";
import { layoutOf } from "./layout.ts";
import type { Place } from "./place.ts";

/** Rows that refer to no member. */
export interface Orphans {
  readonly table: string;
  /** The column with the surrogate key nobody has. */
  readonly column: string;
  readonly dimension: string;
  readonly rows: number;
}

/** Looks for rows that refer to no member, as foreign keys would; none is the good result. */
export async function findOrphans(
  session: SqlSession,
  place: Place,
  tables: readonly StarTable[],
): Promise<Orphans[]> {
  const found: Orphans[] = [];
  for (const table of tables) {
    for (const { column, table: dimension, target } of layoutOf(table).references) {
      const { n } = await session
        .query(
          sql`SELECT count(*) AS n FROM ${place.id(table.name)} f
LEFT JOIN ${place.id(dimension)} d ON ${id("d", target)} = ${id("f", column)} WHERE ${id("d", target)} IS NULL`,
        )
        .row();
      const rows = Number(n);
      if (rows > 0) found.push({ table: table.name, column, dimension, rows });
    }
  }
  return found;
}
