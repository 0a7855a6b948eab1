import type { Sql } from "@lakewright/sql";
import { namesOf } from "../../define/names.ts";
import { objectName } from "../../schema/place.ts";
import { columnList } from "../../sql-text.ts";
import type { Model } from "../model.ts";

/** Where a model is computed before readers find it. */
export function stagingName(model: Model): string {
  return objectName(model.name, "wh_new");
}

export function resultColumns(model: Model): Sql {
  return columnList(namesOf(model.result));
}
