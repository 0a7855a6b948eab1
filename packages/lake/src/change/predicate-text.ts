import { stringifyJson } from "@lakewright/core";
import type { Where } from "../where/expression.ts";

/** A condition as history shows it: SQL as it was written, else as JSON. */
export function predicateText(where: Where): string {
  return where.op === "sql" ? where.text : stringifyJson(where);
}
