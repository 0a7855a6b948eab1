import { type EngineTable, id, type Sql } from "@lakewright/sql";
import type { SqlScope } from "../checks/definition.ts";

/** What the table checked is called in queries. */
export const CHECKED = "checked";

export function scopeOf(table: EngineTable): SqlScope {
  return {
    table,
    dialect: table.engine.dialect,
    column: (name): Sql => id(CHECKED, name),
  };
}
