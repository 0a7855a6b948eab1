import { type Capabilities, type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { layoutOf } from "../../schema/layout.ts";
import type { Place } from "../../schema/place.ts";
import type { Step } from "../../step.ts";
import { type RoleTable, viewsOf } from "./relations.ts";
import type { AccessRules, Mask } from "./types.ts";

/** Drops the views roles had, and makes those of roles that see rows or columns otherwise than they are. */
export function viewSteps(
  { dialect, capabilities }: { readonly dialect: Dialect; readonly capabilities: Capabilities },
  place: Place,
  rules: AccessRules,
  relations: readonly RoleTable[],
): Step[] {
  const tables = new Set(Object.values(rules.tables).map((table) => table.name.toLowerCase()));
  const drops = viewsOf(rules)
    .filter(({ view }) => !tables.has(view.toLowerCase()))
    .map(({ role, view }) => ({
      name: `drop the view of ${role}`,
      sql: sql`DROP VIEW IF EXISTS ${place.id(view)}`,
    }));
  const made = relations
    .filter(({ table, relation }) => relation !== table.name)
    .map(({ role, table, masks, rows, relation, privilege }) => {
      const columns = layoutOf(table).columns.map(({ name }) => {
        const mask = masks.get(name);
        return mask === undefined ? id(name) : sql`${masked(dialect, name, mask)} AS ${id(name)}`;
      });
      // Without the barrier, a function of the reader's own would see the rows before the condition takes them out.
      const guarded = capabilities.rowLevelSecurity
        ? raw(" WITH (security_barrier = true)")
        : raw("");
      const where = rows === undefined ? raw("") : sql`\nWHERE ${rows}`;
      // What a role writes through a view, it must be able to see there.
      const checked = capabilities.grants && rows !== undefined && privilege === "write";
      return {
        name: `what ${role} sees of ${table.name}`,
        sql: sql`CREATE VIEW ${place.id(relation)}${guarded} AS
SELECT ${joinSql(columns, ",\n  ")}
FROM ${place.id(table.name)}${where}${raw(checked ? "\nWITH CHECK OPTION" : "")}`,
      };
    });
  return [...drops, ...made];
}

function masked(dialect: Dialect, column: string, mask: Mask): Sql {
  if (mask === "null") return raw("NULL");
  const value = id(column);
  if (mask === "redact") {
    return sql`CASE WHEN ${value} IS NULL THEN NULL ELSE ${raw(dialect.literal("***"))} END`;
  }
  const { keepLast } = mask;
  const length = sql`CHAR_LENGTH(${value})`;
  const stars = raw(dialect.literal("*"));
  const hidden = raw(String(keepLast));
  return sql`CASE WHEN ${value} IS NULL THEN NULL WHEN ${length} <= ${hidden} THEN REPEAT(${stars}, ${length})
  ELSE CONCAT(REPEAT(${stars}, ${length} - ${hidden}), ${keepLast === 0 ? raw("''") : sql`RIGHT(${value}, ${hidden})`}) END`;
}
