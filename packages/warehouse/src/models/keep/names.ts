import { columnList } from "../../schema/create.ts";
import { objectName } from "../../schema/place.ts";
import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import type { Model } from "../model.ts";

/** Where a model is computed before readers find it. */
export function stagingName(model: Model): string {
  return objectName(model.name, "wh_new");
}

export function resultColumns(model: Model): Sql {
  return columnList(model.result.fields.map((field) => field.name));
}

/** Columns of an alias, by name: their order in the query says nothing. */
export function columnsUnder(alias: string, names: readonly string[]): Sql {
  return joinSql(names.map((name) => id(alias, name)));
}

/** `a.x = b.x AND …` */
export function sameKey(a: string, b: string, key: readonly string[]): Sql {
  return joinSql(
    key.map((name) => sql`${id(a, name)} = ${id(b, name)}`),
    " AND ",
  );
}
