import type { Table } from "@lakewright/core";
import type { Expression } from "./expression.ts";

/** The columns of the table an expression looks at. */
export function columnsNamed(_table: Table, _expression: Expression): readonly string[] {
  return [];
}
