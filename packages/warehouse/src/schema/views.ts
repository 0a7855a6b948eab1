import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import type { Fact } from "../define/fact.ts";
import type { Role } from "../define/references.ts";
import type { StarTable } from "../define/star-table.ts";
import { layoutOf } from "./layout.ts";
import { objectName, type Place } from "./place.ts";

/** A view, and the statement that makes it. */
export interface View {
  readonly name: string;
  /** The table it shows. */
  readonly table: string;
  readonly sql: Sql;
}

/** The views a warehouse has. @param ofRoles - those of dimensions that play several roles, too */
export function viewsOf(place: Place, tables: readonly StarTable[], ofRoles: boolean): View[] {
  const latest = tables.flatMap((table) =>
    table.kind === "fact" && table.snapshot ? [latestView(place, table)] : [],
  );
  return ofRoles ? [...latest, ...roleViews(place, tables)] : latest;
}

export function dropView(place: Place, { name }: View): Sql {
  return sql`DROP VIEW ${place.id(name)}`;
}

/** The view of a snapshot fact that has the newest version of each day. */
function latestView(place: Place, fact: Fact): View {
  const { date, version } = fact.snapshot!;
  const name = latestName(fact);
  const newest = sql`SELECT ${id(date)} AS newest_date, max(${id(version)}) AS newest_version
  FROM ${place.id(fact.name)} GROUP BY ${id(date)}`;
  return {
    name,
    table: fact.name,
    sql: sql`CREATE VIEW ${place.id(name)} AS
SELECT f.* FROM ${place.id(fact.name)} f
JOIN (${newest}) n ON f.${id(date)} = n.newest_date AND f.${id(version)} = n.newest_version`,
  };
}

export function latestName(fact: Fact): string {
  return objectName(fact.name, "latest");
}

/**
 * A view for each role of a dimension that plays several: `dim_date_order` has the columns `order_key`, `order_date`,
 * `order_month`, so that a query that joins several of them tells their columns apart (Kimball's role-playing).
 */
function roleViews(place: Place, tables: readonly StarTable[]): View[] {
  const roles = new Map<Dimension, Map<string, Role>>();
  for (const table of tables) {
    for (const role of table.kind === "fact" ? table.roles : table.outriggers) {
      const played = roles.get(role.dimension) ?? new Map<string, Role>();
      roles.set(role.dimension, played.set(role.name, role));
    }
  }
  return [...roles].flatMap(([dimension, played]) =>
    played.size < 2 ? [] : [...played.values()].map((role) => roleView(place, dimension, role)),
  );
}

function roleView(place: Place, dimension: Dimension, role: Role): View {
  const name = objectName(dimension.name, role.name);
  const { surrogateKey } = dimension;
  const columns = layoutOf(dimension).columns.map(
    ({ name: column }) =>
      sql`${id(column)} AS ${id(column === surrogateKey ? role.column : `${role.name}_${column}`)}`,
  );
  return {
    name,
    table: dimension.name,
    sql: sql`CREATE VIEW ${place.id(name)} AS
SELECT ${joinSql(columns)} FROM ${place.id(dimension.name)}`,
  };
}
