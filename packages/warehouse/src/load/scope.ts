import { type Field, tableFromFields } from "@lakewright/core";
import { id, type Sql, sql } from "@lakewright/sql";
import { namesOf } from "../define/names.ts";
import type { Writer } from "../schema/create.ts";
import { columnList } from "../sql-text.ts";
import type { Step } from "../step.ts";
import { createTemporary } from "./stage/stage.ts";
import { SCOPE } from "./temporary-tables.ts";

/** Keeps the values that rows have in the columns the data is the whole of. Dropped by who asked for it. */
export function scopeSteps(writer: Writer, fields: readonly Field[], rows: Sql): Step[] {
  const names = columnList(namesOf({ fields }));
  return [
    ...createTemporary(writer, "create scope", SCOPE, tableFromFields(SCOPE, fields)),
    {
      name: "what the data is the whole of",
      sql: sql`INSERT INTO ${id(SCOPE)} (${names}) SELECT DISTINCT ${names} FROM ${rows}`,
    },
  ];
}
