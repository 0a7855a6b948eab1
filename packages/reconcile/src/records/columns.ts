import type { Table } from "@lakewright/core";
import { ReconcileError } from "../errors.ts";

/**
 * Checks that the table has a column.
 *
 * @throws ReconcileError RECONCILE_UNKNOWN_COLUMN
 */
export function requireColumn(table: Table, column: string, purpose: string): void {
  if (Object.hasOwn(table.columns, column)) return;
  throw new ReconcileError(
    "RECONCILE_UNKNOWN_COLUMN",
    `Table "${table.name}" has no column "${column}", named as ${purpose}.`,
    {
      hint: `Its columns are ${table.fields.map((field) => field.name).join(", ")}.`,
      details: { table: table.name, column, purpose },
    },
  );
}
